package import Diagnostics

/// What can be wrong with a database, in the words of whoever keeps something in it.
package protocol DatabaseProblems: SendableMetatype {
    /// Another process has held it for longer than was waited.
    static func busy(_ path: String) -> Diagnostic

    /// The file is damaged; `detail` says how that was seen.
    static func corrupt(_ path: String, detail: String) -> Diagnostic

    /// The file is not ours, as far as its header tells; `detail` says how that was seen. Default: as if it were damaged.
    static func foreign(_ path: String, detail: String) -> Diagnostic

    /// The file was written by a later version.
    static func newer(_ path: String, version: Int64, known: Int) -> Diagnostic

    /// Something that SQLite does not say more about than `detail`.
    static func failed(_ path: String, detail: String) -> Diagnostic
}

extension DatabaseProblems {
    /// It may be damaged where it tells whose it is.
    package static func foreign(_ path: String, detail: String) -> Diagnostic { corrupt(path, detail: detail) }
}
