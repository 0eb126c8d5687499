import CSQLite

/// What a program that is not ours does with a database: SQLite, plainly.
enum Database {
    struct Failure: Error {
        let message: String
    }

    /// The first column of each row, separated by blanks.
    @discardableResult
    static func query(_ sql: String, in path: String) throws -> String {
        var handle: OpaquePointer?
        defer { sqlite3_close(handle) }
        guard sqlite3_open(path, &handle) == SQLITE_OK else { throw Failure(message: "open") }
        return try query(sql, on: handle)
    }

    /// Does something while a connection has carried out a statement and is still open.
    static func query(_ sql: String, in path: String, during: ((String) throws -> Void) throws -> Void) throws {
        var handle: OpaquePointer?
        defer { sqlite3_close(handle) }
        guard sqlite3_open(path, &handle) == SQLITE_OK else { throw Failure(message: "open") }
        _ = try query(sql, on: handle)
        try during { _ = try query($0, on: handle) }
    }

    private static func query(_ sql: String, on handle: OpaquePointer?) throws -> String {
        var results: [String] = []
        let code = withUnsafeMutablePointer(to: &results) { results in
            sqlite3_exec(
                handle,
                sql,
                { results, _, values, _ in
                    if let value = values?[0] {
                        results?.assumingMemoryBound(to: [String].self).pointee.append(String(cString: value))
                    }
                    return 0
                },
                results,
                nil
            )
        }
        guard code == SQLITE_OK else { throw Failure(message: String(cString: sqlite3_errmsg(handle))) }
        return results.joined(separator: " ")
    }
}
