package import Diagnostics

/// The diagnostics for problems with a database, in the terms of the code that uses it.
package protocol DatabaseProblems: SendableMetatype {
    /// Another process has held it for longer than `patience`.
    static func busy(_ path: String) -> Diagnostic

    /// The file is damaged; `detail` states how that was detected.
    static func corrupt(_ path: String, detail: String) -> Diagnostic

    /// The file is not ours, as far as its header tells; `detail` says how that was seen. Default: as if it were damaged.
    static func foreign(_ path: String, detail: String) -> Diagnostic

    /// The file was written by a later version.
    static func newer(_ path: String, version: Int64, known: Int) -> Diagnostic

    /// Any other error, with SQLite's description in `detail`.
    static func failed(_ path: String, detail: String) -> Diagnostic
}

extension DatabaseProblems {
    /// The damage may be in the application ID.
    package static func foreign(_ path: String, detail: String) -> Diagnostic { corrupt(path, detail: detail) }
}
