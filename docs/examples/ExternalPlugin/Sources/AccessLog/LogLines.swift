import PluginKit

/// Reads a file line by line, from any line on.
struct LogLines {
    /// Where the next line begins.
    private(set) var next: LogCursor
    private let file: InputFile
    /// Bytes of the file from `next` on, of which the first `used` have been read.
    private var chunk: [UInt8] = []
    private var used = 0

    /// Longer lines are a sign that this is another kind of file.
    private static let longestLine = 64 << 10

    init(_ path: String, at cursor: LogCursor) throws(Diagnostic) {
        file = try InputFile(path)
        next = cursor
    }

    var isAtEnd: Bool { next.byte >= file.count }

    /// The next line without its end; nil after the last.
    mutating func read() throws(Diagnostic) -> ArraySlice<UInt8>? {
        guard !isAtEnd else { return nil }
        var end = chunk[used...].firstIndex(of: UInt8(ascii: "\n"))
        if end == nil {
            chunk = [UInt8](repeating: 0, count: Self.longestLine)
            chunk.removeLast(chunk.count - (try file.readChunk(&chunk, at: next.byte)))
            used = 0
            end = chunk.firstIndex(of: UInt8(ascii: "\n"))
        }
        guard end != nil || next.byte + chunk.count >= file.count else {
            throw Diagnostic(
                "access-log.long-line",
                message: "line \(next.line) is longer than \(Self.longestLine) bytes",
                category: .data,
                at: .file(file.path),
                hint: "is this the log of a web server?"
            )
        }
        let line = chunk[used..<(end ?? chunk.count)]
        used = end.map { $0 + 1 } ?? chunk.count
        next = LogCursor(byte: next.byte + line.count + (end == nil ? 0 : 1), line: next.line + 1)
        return line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    }
}
