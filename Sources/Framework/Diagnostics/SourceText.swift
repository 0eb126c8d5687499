/// A named text that provides ranges and positions.
///
/// It holds bytes, not characters: an offset is a count of UTF-8 bytes, and a line ends with LF (a CR before it belongs
/// to the line end). Lines and columns are computed on demand, so carrying a range costs nothing.
public struct SourceText: Sendable {
    /// The name in messages, usually the path of a file.
    public let name: String
    /// The text in UTF-8.
    ///
    /// Invalid UTF-8 is allowed, so that messages can show it.
    public let bytes: [UInt8]
    /// The parts of the text that must not be shown.
    let secrets = SecretPlaces()

    /// Creates a text from bytes; `name` is the path or name that messages show.
    public init(_ bytes: [UInt8], name: String) {
        self.bytes = bytes
        self.name = name
    }

    /// Creates a text from a string; `name` is the path or name that messages show.
    public init(_ text: String, name: String) { self.init(Array(text.utf8), name: name) }

    /// The range of `offsets`, limited to the length of the text.
    public subscript(offsets: Range<Int>) -> SourceRange {
        let lower = min(max(offsets.lowerBound, 0), bytes.count)
        let upper = min(max(offsets.upperBound, lower), bytes.count)
        return SourceRange(text: self, offsets: lower..<upper)
    }

    /// The line and column of an offset.
    public func position(of offset: Int) -> SourcePosition {
        let offset = min(max(offset, 0), bytes.count)
        let lines = bytes.span.extracting(0..<offset).count(of: lineFeed)
        return SourcePosition(line: 1 + lines, column: 1 + scalars(in: lineStart(of: offset)..<offset))
    }

    /// The offsets of the line that contains `offset`, without its line end.
    func line(around offset: Int) -> Range<Int> {
        let offset = min(max(offset, startOfText), bytes.count)
        let lower = lineStart(of: offset)
        let text = bytes.span
        var upper = offset
        while upper < text.count, text[upper] != lineFeed { upper += 1 }
        if upper > lower, text[upper - 1] == carriageReturn { upper -= 1 }
        return lower..<upper
    }

    /// Counts Unicode scalars: every byte but a continuation byte begins one.
    func scalars(in offsets: Range<Int>) -> Int {
        offsets.count - bytes.span.extracting(offsets).countOfContinuations
    }

    /// The start of the line that contains `offset`, at most `offset`.
    private func lineStart(of offset: Int) -> Int {
        let text = bytes.span
        let first = min(startOfText, offset)
        var start = offset
        while start > first, text[start - 1] != lineFeed { start -= 1 }
        return start
    }

    /// A byte order mark is not part of the first line.
    private var startOfText: Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }
}

/// A range of a text, in offsets of UTF-8 bytes.
public struct SourceRange: Sendable {
    /// The whole text.
    public let text: SourceText
    /// The range, in bytes from the start of the text.
    public let offsets: Range<Int>
    /// Whether the range holds a secret, such as a password: excerpts show dots instead.
    public private(set) var isSecret = false

    init(text: SourceText, offsets: Range<Int>) {
        self.text = text
        self.offsets = offsets
    }

    /// The same range, marked as a secret.
    public var asSecret: SourceRange {
        var range = self
        range.isSecret = true
        return range
    }

    /// Where it begins.
    public var start: SourcePosition { text.position(of: offsets.lowerBound) }
    /// Where it ends: the position immediately after its last character.
    public var end: SourcePosition { text.position(of: offsets.upperBound) }
}

/// A line and a column, both counted from 1; the column counts Unicode scalars.
public struct SourcePosition: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The line, from 1.
    public let line: Int
    /// The column, from 1, in Unicode scalars (a tab is one).
    public let column: Int

    /// Creates a position; both numbers are counted from 1.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// Line and column with a colon between them, such as `12:13`.
    public var description: String { "\(line):\(column)" }

    /// Orders by line, then by column.
    public static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

// Loops with one addition per byte, which the compiler vectorises: a message about the end of a large file counts
// through all of it.
extension Span<UInt8> {
    fileprivate func count(of byte: UInt8) -> Int {
        var count = 0
        for index in indices { count &+= self[index] == byte ? 1 : 0 }
        return count
    }

    fileprivate var countOfContinuations: Int {
        var count = 0
        for index in indices { count &+= self[index] & 0xC0 == 0x80 ? 1 : 0 }
        return count
    }
}

private let lineFeed: UInt8 = 0x0A
private let carriageReturn: UInt8 = 0x0D
