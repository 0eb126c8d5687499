internal import CSQLite
internal import Diagnostics
internal import Glibc
internal import Platform

/// An error of SQLite.
struct DatabaseFailure {
    private let code: Int32
    private let message: String
    private let systemNumber: Int32
    /// `SQLITE_IOERR_SHORT_READ`, a macro that is not imported into Swift.
    static let shortRead = SQLITE_IOERR | 2 << 8

    /// The error that a call has just returned.
    ///
    /// There is no connection if there was not enough memory to create one.
    init(code: Int32, of connection: OpaquePointer?) {
        self.code = code
        if let connection {
            message = String(cString: sqlite3_errmsg(connection))
            systemNumber = sqlite3_system_errno(connection)
        } else {
            message = String(cString: sqlite3_errstr(code))
            systemNumber = 0
        }
    }

    /// The error as a diagnostic.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - problems: The diagnostics for its problems.
    ///   - isOurs: Whether the file has our application ID; called only if its contents are invalid.
    /// - Returns: The diagnostic.
    func diagnostic(
        _ path: String,
        problems: any DatabaseProblems.Type,
        isOurs: @autoclosure () -> Bool = true
    ) -> Diagnostic {
        // The low byte is the primary code; the rest gives details.
        switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED:
            return problems.busy(path)
        // The file is damaged; or an expected table or column is missing, or has a value that violates its constraints.
        case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_ERROR, SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_SCHEMA,
            SQLITE_TOOBIG, SQLITE_FORMAT:
            return isOurs() ? problems.corrupt(path, detail: message) : problems.foreign(path, detail: message)
        case SQLITE_FULL:
            return SystemFailure(number: ENOSPC).diagnostic("write", at: path)
        case SQLITE_READONLY:
            return SystemFailure(number: systemNumber == 0 ? EROFS : systemNumber)
                .diagnostic("write", at: path)
        case SQLITE_PERM, SQLITE_AUTH:
            return SystemFailure(number: EACCES).diagnostic("write", at: path)
        case SQLITE_CANTOPEN, SQLITE_IOERR:
            // An expected page is missing: the file was truncated.
            if code == Self.shortRead {
                return isOurs() ? problems.corrupt(path, detail: message) : problems.foreign(path, detail: message)
            }
            if systemNumber != 0 { return SystemFailure(number: systemNumber).diagnostic("write", at: path) }
            return problems.failed(path, detail: message)
        default:
            return problems.failed(path, detail: message)
        }
    }
}
