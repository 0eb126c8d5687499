public import PluginKit

/// Reads the access log of a web server, in the Common Log Format or the Combined one.
///
///     203.0.113.7 - - [10/Oct/2026:13:55:36 +0200] "GET /films/heat HTTP/1.1" 200 2326
public struct AccessLog: PlainSource {
    public static let name = "access-log"
    public static let summary = "Reads the access log of a web server."
    public static let details = """
        Apache and nginx write such logs by default. What comes after the size of the answer, such as the referrer and \
        the browser of the Combined Log Format, is passed over. A line that is not in the format is rejected \
        (`access-log.line`).

        The log must not grow while it is read: give it one that was rotated, or a copy.
        """
    public static let columns = [
        ColumnReference("address", kind: .text, help: "the client's address"),
        ColumnReference("at", kind: .instant, help: "when the request came"),
        ColumnReference("method", kind: .text, help: "such as `GET`"),
        ColumnReference("path", kind: .text, help: "what was asked for, with its query"),
        ColumnReference("status", kind: .integer, help: "the status code of the answer"),
        ColumnReference("bytes", kind: .integer, help: "the size of the answer; null if it had no body"),
    ]

    public struct Options: OptionGroup {
        @Option("The log.") public var path: InputPath
        public init() {}
    }

    /// A page begins at a line; the default is a number, `Int`.
    public typealias Cursor = LogCursor

    public let schema: Schema = [
        "address": .text, "at": .instant, "method": .text, "path": .text, "status": .integer, "bytes": .integer,
    ]
    private let path: String
    private let pageSize: Int

    /// Touches nothing: the file is opened by `read`.
    public init(_ options: Options, in context: StageContext) {
        path = options.path.path
        pageSize = context.batchSize(columns: schema.width)
    }

    /// The size and the time of the file: no run is resumed with another one.
    public var fingerprint: String? {
        FileSystem.size(of: path).map { "\($0) bytes, \(FileSystem.modified(path) ?? 0)" }
    }

    public func read(at cursor: LogCursor?, into batch: inout Batch) throws -> Next<LogCursor> {
        var lines = try LogLines(path, at: cursor ?? LogCursor(byte: 0, line: 1))
        // So that a rejected record is reported as `access.log, record 17`.
        batch.begin(FileSystem.lastName(of: path))
        batch.number(from: lines.next.line)
        var malformed: Set<Int> = []
        while batch.count < pageSize, let line = try lines.read() {
            guard let entry = LogEntry(line) else {
                malformed.insert(batch.count)
                // The report shows the line in the column that is a text of any form.
                batch.append([.null, .null, .null, .text(String(decoding: line, as: UTF8.self)), .null, .null])
                continue
            }
            batch.append([
                .text(entry.address), .instant(entry.at), .text(entry.method), .text(entry.path),
                .integer(entry.status), entry.bytes.map(Value.integer) ?? .null,
            ])
        }
        batch.reject { _, row in
            malformed.contains(row) ? ("access-log.line", "this is not a line of the Common Log Format") : nil
        }
        return lines.isAtEnd ? .end : .at(lines.next)
    }
}

/// Where a page begins: the first byte of a line, and the number of that line from 1; as text `4711:26`.
public struct LogCursor: LosslessStringConvertible, Sendable {
    let byte: Int
    let line: Int

    init(byte: Int, line: Int) {
        self.byte = byte
        self.line = line
    }

    /// Reads a cursor of a checkpoint.
    public init?(_ description: String) {
        let parts = description.split(separator: ":").compactMap { Int($0) }
        guard parts.count == 2, parts[0] >= 0, parts[1] > 0 else { return nil }
        self.init(byte: parts[0], line: parts[1])
    }

    /// The cursor as a checkpoint keeps it.
    public var description: String { "\(byte):\(line)" }
}
