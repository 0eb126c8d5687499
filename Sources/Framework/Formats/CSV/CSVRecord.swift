/// One record of a CSV text: its fields without quotes, and where it stood.
///
/// Reused from record to record.
///
///     bytes   H e a t 1 9 9 5 5
///     ends            4       8 9
public struct CSVRecord: Sendable {
    /// The line on which it begins, from 1.
    public internal(set) var line = 1

    /// The fields' bytes, one field behind the other.
    var bytes: [UInt8] = []
    /// Where each field ends in `bytes`.
    var ends: [Int] = []
    var hasQuotes = false

    /// A record without fields, to read into.
    public init() {}

    /// How many fields there are.
    public var count: Int { ends.count }

    /// Whether it is an empty line: one field with nothing in it, not even quotes.
    public var isBlank: Bool { ends.count == 1 && bytes.isEmpty && !hasQuotes }

    /// A field, counted from 0, as text.
    ///
    /// - Precondition: there is such a field.
    public subscript(index: Int) -> String { String(decoding: bytes[range(of: index)], as: UTF8.self) }

    /// All fields as text.
    public var fields: [String] { ends.indices.map { self[$0] } }

    /// Hands the bytes of a field to `body`.
    ///
    /// They are valid UTF-8.
    ///
    /// - Precondition: there is such a field.
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
