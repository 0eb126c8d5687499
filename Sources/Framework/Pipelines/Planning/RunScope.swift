/// How much of a pipeline is run.
public struct RunScope: Sendable, Hashable {
    /// The most records that are read from each source; nil for all.
    ///
    /// Sources that are looked up in are read in full.
    public var limit: Int?
    /// Whether nothing is written: everything runs except the sinks.
    public var isDry: Bool
    /// The part of the records; nil for all.
    public var partition: Partition?

    /// A part of the records: together the parts are the whole, and no record is in two of them.
    public struct Partition: Sendable, Hashable {
        /// The number of the part, from 1.
        public let number: Int
        /// The number of parts.
        public let count: Int

        /// Creates a part; nil if the number is not valid.
        public init?(_ number: Int, of count: Int) {
            guard count >= 1, 1...count ~= number else { return nil }
            self.number = number
            self.count = count
        }

        /// How many of the first pages of a source belong to this part: every `count`th page, starting with page
        /// `number`.
        package func share(of pages: Int) -> Int { pages < number ? 0 : (pages - number) / count + 1 }

        /// The part in the names of files: `2of8`.
        var text: String { "\(number)of\(count)" }
    }

    /// Creates a scope; everything by default.
    public init(limit: Int? = nil, isDry: Bool = false, partition: Partition? = nil) {
        self.limit = limit
        self.isDry = isDry
        self.partition = partition.flatMap { $0.count > 1 ? $0 : nil }
    }

    /// Whether everything is read and written.
    var isWhole: Bool { limit == nil && !isDry && partition == nil }
}
