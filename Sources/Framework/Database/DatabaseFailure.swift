internal import CSQLite
internal import Diagnostics
internal import Glibc
internal import Platform

/// SQLite said no.
struct DatabaseFailure {
    private let code: Int32
    private let message: String
    private let systemNumber: Int32
    /// `SQLITE_IOERR_SHORT_READ`, a macro that does not come through to Swift.
    static let shortRead = SQLITE_IOERR | 2 << 8

    /// The failure that a call has just returned.
    ///
    /// Without memory for a connection there is none.
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

    /// The failure for a person.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - problems: What its problems are called.
    ///   - isOurs: Whether the file says that it is ours; asked only if something is wrong with what is in it.
    /// - Returns: What is wrong.
    func diagnostic(
        _ path: String,
        problems: any DatabaseProblems.Type,
        isOurs: @autoclosure () -> Bool = true
    ) -> Diagnostic {
        // The low byte is the kind; the rest says more.
        switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED:
            return problems.busy(path)
        // Damaged; or a table or column that the file should have is not there, or holds what its rules forbid.
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
            // A page that should be there and is not: the file has been cut.
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
