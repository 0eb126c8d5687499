/// How much of a pipeline is to be done.
public struct RunScope: Sendable, Hashable {
    /// At most so many records are read of each source; nil for all.
    ///
    /// Sources that are looked up are read whole.
    public var limit: Int?
    /// Whether nothing is written: everything happens but the sinks.
    public var isDry: Bool
    /// Which part of the records; nil for all.
    public var partition: Partition?

    /// A part of the records: together the parts are the whole, and no record is in two of them.
    public struct Partition: Sendable, Hashable {
        /// Which part, from 1.
        public let number: Int
        /// How many parts there are.
        public let count: Int

        /// A part; nil if there is none of this number.
        public init?(_ number: Int, of count: Int) {
            guard count >= 1, 1...count ~= number else { return nil }
            self.number = number
            self.count = count
        }

        /// How many of the first pages of a source are this part's: every `count`th, from the `number`th on.
        package func share(of pages: Int) -> Int { pages < number ? 0 : (pages - number) / count + 1 }

        /// As it stands in the names of files: `2of8`.
        var text: String { "\(number)of\(count)" }
    }

    /// All of it, unless said otherwise.
    public init(limit: Int? = nil, isDry: Bool = false, partition: Partition? = nil) {
        self.limit = limit
        self.isDry = isDry
        self.partition = partition.flatMap { $0.count > 1 ? $0 : nil }
    }

    /// Whether everything is read and written.
    var isWhole: Bool { limit == nil && !isDry && partition == nil }
}
