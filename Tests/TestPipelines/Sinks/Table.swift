internal import Database
public import PluginKit

/// Writes records into a table of SQLite, together with the mark: exactly once, whatever is cut off.
///
///     staged     the rows of runs that are not complete, each with its number
///     films      the rows that are visible
///     commits    which run has committed, and at which mark
///
/// The mark is the number of rows that are staged. A commit is one transaction: the staged rows become visible, and the
/// mark stands beside them. A commit that is repeated finds its mark there, and changes nothing.
public struct Table: Sink {
    public static let name = "table"
    public static let summary = "Writes records into a table of SQLite."
    public static let commitment = Commitment.refusable

    public struct Options: OptionGroup {
        @Option("The database.") public var path: KeptPath
        @Option("The column with whole numbers of which each may be there once.") public var key: ColumnName
        public init() {}
    }

    private let key: Field
    private let stage: String
    private let run: String
    private let database: TableDatabase

    public init(_ options: Options, input: Schema, in context: StageContext) throws {
        key = try input.field(options.key.name, at: options.$key)
        stage = "\(context.run.key)/\(context.stage)"
        run = context.run.id
        database = TableDatabase(options.path.path)
    }

    /// Removes rows that an earlier process staged after the mark, and those of runs that were given up.
    public func begin(at mark: Int?, attempt: Int) throws {
        try database.change("begin") { connection in
            // With the state lost, a run of the same name could be resumed: its rows are there already.
            guard try Self.mark(of: stage, run, in: connection) == nil else {
                throw Diagnostic("table.committed", message: "the run '\(run)' has its rows in the table already")
            }
            try connection.run("DELETE FROM staged WHERE stage = ? AND run <> ?", with: .text(stage), .text(run))
            try cut(to: mark ?? 0, in: connection)
        }
    }

    public func write(_ batch: inout Batch, at mark: Int?) throws -> Int {
        let start = mark ?? 0
        batch.reject { batch, row in batch.isNull(row, in: key) ? ("table.null", "there is no key") : nil }
        let keys = (0..<batch.count).map { batch.integer($0, in: key) ?? 0 }
        try database.change("write") { connection in
            try cut(to: start, in: connection)
            for (number, key) in keys.enumerated() {
                try connection.run(
                    "INSERT INTO staged (stage, run, number, key) VALUES (?, ?, ?, ?)",
                    with: .text(stage),
                    .text(run),
                    .integer(start + number),
                    .integer(key)
                )
            }
        }
        return start + keys.count
    }

    public func finish(at mark: Int?) throws -> Delivery<Int> {
        let mark = mark ?? 0
        try database.change("finish") { connection in try cut(to: mark, in: connection) }
        return Delivery(at: mark, written: mark)
    }

    public func commit(at mark: Int) throws {
        try database.change("commit") { connection in
            if try Self.mark(of: stage, run, in: connection) == mark { return }
            let twins = try connection.rows(
                "SELECT key FROM staged WHERE stage = ?1 AND run = ?2 AND key IN (SELECT key FROM rows) ORDER BY key",
                with: .text(stage),
                .text(run)
            ) { $0.integer(0) }
            if let twin = twins.first {
                throw Refused(
                    Diagnostic(
                        "table.taken",
                        message: "the table has a row with the key \(twin)",
                        hint: "remove it, and run again"
                    )
                )
            }
            try connection.run(
                "INSERT INTO rows (key) SELECT key FROM staged WHERE stage = ? AND run = ?",
                with: .text(stage),
                .text(run)
            )
            try connection.run(
                "INSERT INTO commits (stage, run, mark) VALUES (?, ?, ?)",
                with: .text(stage),
                .text(run),
                .integer(mark)
            )
            try cut(to: 0, in: connection)
        }
    }

    public func abandon(at mark: Int?) {
        // What cannot be removed now, the next run removes when it begins.
        try? database.change("abandon") { connection in try cut(to: 0, in: connection) }
    }

    private func cut(to mark: Int, in connection: Connection) throws {
        try connection.run(
            "DELETE FROM staged WHERE stage = ? AND run = ? AND number >= ?",
            with: .text(stage),
            .text(run),
            .integer(mark)
        )
    }

    private static func mark(of stage: String, _ run: String, in connection: Connection) throws -> Int? {
        try connection.rows("SELECT mark FROM commits WHERE stage = ? AND run = ?", with: .text(stage), .text(run)) {
            $0.amount(0)
        }.first
    }
}
