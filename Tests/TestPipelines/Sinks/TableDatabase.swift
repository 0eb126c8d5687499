internal import Database
internal import PluginKit

/// The database of a `Table`, opened for each change.
package struct TableDatabase: Sendable {
    private let path: String

    /// A database that need not be there.
    package init(_ path: String) { self.path = path }

    /// The keys that are visible, in their order; several of a key would stand there as often.
    package func keys() throws -> [Int] { try numbers("SELECT key FROM rows ORDER BY key") }

    /// How many rows are staged.
    package func staged() throws -> Int { try numbers("SELECT count(*) FROM staged").first ?? 0 }

    /// Adds a visible row.
    package func add(_ key: Int) throws {
        try change("add") { try $0.run("INSERT INTO rows (key) VALUES (?)", with: .integer(key)) }
    }

    /// Removes a visible row.
    package func remove(_ key: Int) throws {
        try change("remove") { try $0.run("DELETE FROM rows WHERE key = ?", with: .integer(key)) }
    }

    private func numbers(_ sql: String) throws -> [Int] {
        guard FileSystem.exists(path) else { return [] }
        return try using { connection in try connection.rows(sql) { Int($0.integer(0)) } }
    }

    /// Changes something, in one transaction.
    func change(_ subject: String, _ body: (Connection) throws -> Void) throws {
        try using { connection in
            try connection.writing("table \(subject)", faults: Faults.current) { try body(connection) }
        }
    }

    private func using<Value>(_ body: (Connection) throws -> Value) throws -> Value {
        try body(opened())
    }

    private func opened() throws -> Connection {
        try FileSystem.createFolder(around: path)
        return try DatabaseFile.open(
            path,
            format: DatabaseFormat(
                applicationID: 0x5461_626C,
                migrations: [
                    """
                    CREATE TABLE staged (
                        stage TEXT NOT NULL, run TEXT NOT NULL, number INTEGER NOT NULL, key INTEGER NOT NULL,
                        PRIMARY KEY (stage, run, number)
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE rows (key INTEGER NOT NULL) STRICT;
                    CREATE TABLE commits (
                        stage TEXT NOT NULL, run TEXT NOT NULL, mark INTEGER NOT NULL, PRIMARY KEY (stage, run)
                    ) STRICT, WITHOUT ROWID;
                    """
                ],
                journal: .rollback
            ),
            patience: .seconds(5),
            problems: TableProblem.self,
            faults: Faults.current
        )
    }
}

private enum TableProblem: DatabaseProblems {
    static let area = "table"
    static let content = "the table"
    static func corrupt(_ path: String, detail: String) -> Diagnostic { failed(path, detail: detail) }
}
