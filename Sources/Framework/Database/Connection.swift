internal import CSQLite
package import Diagnostics

/// One connection to a database, and its prepared statements.
///
/// It is not `Sendable`: its owner guards it. SQLite's own lock per connection is disabled (`NOMUTEX`).
package final class Connection {
    /// The path of the file, for messages.
    package let path: String
    /// The diagnostics for its problems.
    let problems: any DatabaseProblems.Type
    /// The application ID that the header should have, until it was checked.
    var expectedNumber: Int64?
    private let handle: OpaquePointer
    private var statements: [String: OpaquePointer] = [:]

    /// Opens an existing file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - patience: How long a statement waits for another process that is writing.
    ///   - problems: The diagnostics for its problems.
    /// - Throws: One of `problems`, or `file.permission` and the like, with the path.
    package init(path: String, patience: Duration, problems: any DatabaseProblems.Type) throws(Diagnostic) {
        self.path = path
        self.problems = problems
        var opened: OpaquePointer?
        try PathLimit.check(path)
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX
        let code = sqlite3_open_v2(path, &opened, flags, nil)
        // Even a failed open returns a connection, which has the reason and must be closed.
        guard code == SQLITE_OK, let opened else {
            let problem = DatabaseFailure(code: code, of: opened).diagnostic(path, problems: problems)
            sqlite3_close_v2(opened)
            throw problem
        }
        handle = opened
        sqlite3_extended_result_codes(handle, 1)
        BusyTimeout.set(patience, of: handle)
    }

    /// The bytes of a new database of a format, created in memory.
    ///
    /// - Parameters:
    ///   - format: The format.
    ///   - path: The file for which they are, for messages.
    ///   - problems: The diagnostics for its problems.
    /// - Returns: The contents of the file.
    /// - Throws: One of `problems`.
    static func image(
        of format: DatabaseFormat,
        for path: String,
        problems: any DatabaseProblems.Type
    ) throws(Diagnostic) -> [UInt8] {
        let connection = try Connection(path: ":memory:", patience: .zero, problems: problems)
        if !format.preamble.isEmpty { try connection.script(format.preamble) }
        try connection.apply(format, from: 0)
        var count: Int64 = 0
        guard let start = sqlite3_serialize(connection.handle, "main", &count, 0) else {
            throw problems.failed(path, detail: "there is no memory for a new database")
        }
        defer { sqlite3_free(start) }
        return [UInt8](UnsafeBufferPointer(start: start, count: Int(count)))
    }

    deinit {
        for statement in statements.values { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
    }

    /// Whether a transaction is open.
    package var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// How many rows the last statement changed.
    package var changes: Int { Int(sqlite3_changes64(handle)) }

    /// Executes a statement and ignores its results.
    package func run(_ sql: String, with values: SQLValue...) throws(Diagnostic) {
        let statement = try prepared(sql)
        defer { release(statement) }
        try bind(values, to: statement)
        while try step(statement) {}
    }

    /// Executes a query and returns what `read` returns for each row.
    package func rows<Element>(
        _ sql: String,
        with values: SQLValue...,
        read: (Row) throws(Diagnostic) -> Element
    ) throws(Diagnostic) -> [Element] {
        try rows(sql, with: values, read: read)
    }

    /// Executes a query and returns what `read` returns for each row.
    package func rows<Element>(
        _ sql: String,
        with values: [SQLValue],
        read: (Row) throws(Diagnostic) -> Element
    ) throws(Diagnostic) -> [Element] {
        let statement = try prepared(sql)
        defer { release(statement) }
        try bind(values, to: statement)
        var elements: [Element] = []
        while try step(statement) { elements.append(try read(Row(statement))) }
        return elements
    }

    /// Executes several statements, separated by `;`, without parameters.
    package func script(_ sql: String) throws(Diagnostic) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw failure(code) }
    }

    private func prepared(_ sql: String) throws(Diagnostic) -> OpaquePointer {
        if let statement = statements[sql] { return statement }
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard code == SQLITE_OK, let statement else { throw failure(code) }
        statements[sql] = statement
        return statement
    }

    private func step(_ statement: OpaquePointer) throws(Diagnostic) -> Bool {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw failure(code)
        }
    }

    /// Prepares a statement for its next use.
    ///
    /// The result of `reset` is the error of the last step, which was already thrown.
    private func release(_ statement: OpaquePointer) {
        sqlite3_reset(statement)
        sqlite3_clear_bindings(statement)
    }

    private func bind(_ values: [SQLValue], to statement: OpaquePointer) throws(Diagnostic) {
        precondition(Int(sqlite3_bind_parameter_count(statement)) == values.count, "one value for each parameter")
        for (index, value) in zip(Int32(1)..., values) {
            let code: Int32
            switch value {
            case .null:
                code = sqlite3_bind_null(statement, index)
            case .integer(let number):
                code = sqlite3_bind_int64(statement, index, number)
            case .text(let text):
                var text = text
                code = text.withUTF8 { bytes in
                    bytes.withMemoryRebound(to: CChar.self) { characters in
                        // SQLite interprets a null pointer as NULL, so an empty text needs an address.
                        guard let start = characters.baseAddress else {
                            return sqlite3_bind_text(statement, index, "", 0, nil)
                        }
                        return sqlite3_bind_text64(
                            statement,
                            index,
                            start,
                            UInt64(characters.count),
                            Self.copied,
                            UInt8(SQLITE_UTF8)
                        )
                    }
                }
            case .bytes(let bytes):
                code =
                    bytes.isEmpty
                    ? sqlite3_bind_zeroblob(statement, index, 0)
                    : sqlite3_bind_blob64(statement, index, bytes, UInt64(bytes.count), Self.copied)
            }
            guard code == SQLITE_OK else { throw failure(code) }
        }
    }

    /// `SQLITE_TRANSIENT`: SQLite copies what is bound.
    ///
    /// The macro, a cast of -1, is not imported into Swift.
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

    /// Whether the file's header has an application ID (SQLite, "Database File Format" 1.3).
    func hasNumber(_ number: Int64) -> Bool {
        header(4, at: 68).map { $0.reduce(0 as Int64) { $0 << 8 | Int64($1) } == number } ?? false
    }

    /// Whether the file's header states that its journal is a `….db-wal` (the same, 1.3.3).
    var isWAL: Bool { header(1, at: 19) == [2] }

    /// Bytes of the file's current header; nil if they cannot be read.
    private func header(_ count: Int, at offset: Int64) -> [UInt8]? {
        // Read through SQLite, which knows when a descriptor may be closed; see `DatabaseFile`.
        var file: UnsafeMutablePointer<sqlite3_file>?
        guard sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK, let file,
            let read = file.pointee.pMethods?.pointee.xRead
        else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        let code = read(file, &bytes, Int32(count), offset)
        return [SQLITE_OK, DatabaseFailure.shortRead].contains(code) ? bytes : nil
    }

    private func failure(_ code: Int32) -> Diagnostic {
        DatabaseFailure(code: code, of: handle).diagnostic(
            path,
            problems: problems,
            isOurs: expectedNumber.map(hasNumber) ?? true
        )
    }
}
