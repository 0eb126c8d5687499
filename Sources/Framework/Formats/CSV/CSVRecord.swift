/// One record of a CSV text: its fields without quotes, and its line number.
///
/// One value is reused for all records.
///
///     bytes   H e a t 1 9 9 5 5
///     ends            4       8 9
public struct CSVRecord: Sendable {
    /// The line on which it begins, from 1.
    public internal(set) var line = 1

    /// The bytes of all fields, concatenated.
    var bytes: [UInt8] = []
    /// The end of each field in `bytes`.
    var ends: [Int] = []
    var hasQuotes = false

    /// Creates an empty record to read into.
    public init() {}

    /// The number of fields.
    public var count: Int { ends.count }

    /// Whether it is an empty line: one empty field without quotes.
    public var isBlank: Bool { ends.count == 1 && bytes.isEmpty && !hasQuotes }

    /// A field, counted from 0, as text.
    ///
    /// - Precondition: There is such a field.
    public subscript(index: Int) -> String { String(decoding: bytes[range(of: index)], as: UTF8.self) }

    /// All fields as text.
    public var fields: [String] { ends.indices.map { self[$0] } }

    /// Passes the bytes of a field to `body`.
    ///
    /// They are valid UTF-8.
    ///
    /// - Precondition: There is such a field.
    public func withUTF8<Result, Failure: Error>(
        of index: Int,
        body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(bytes.span.extracting(range(of: index)))
    }

    func range(of index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        hasQuotes = false
    }
}
