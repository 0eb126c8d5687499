internal import Diagnostics
internal import Platform

/// The maximum length of the path of a database.
///
/// SQLite prepends the current folder to a relative path, and refuses the result without a reason if it exceeds its own
/// limit of 512 bytes (`MAX_PATHNAME` in os_unix.c), minus what it adds for the names of files next to the database.
enum PathLimit {
    /// The limit of the absolute path in bytes.
    static let bytes = 500

    /// Refuses a path that SQLite cannot open.
    ///
    /// - Throws: `file.path-too-long`.
    static func check(_ path: String) throws(Diagnostic) {
        let whole = path.hasPrefix("/") ? path : "\(FileSystem.currentFolder)/\(path)"
        guard path != ":memory:", whole.utf8.count > bytes else { return }
        throw Diagnostic(
            "file.path-too-long",
            message:
                "the path of this database has \(whole.utf8.count.counted("byte")) from the root, and SQLite opens at most \(bytes)",
            category: .environment,
            at: .file(path),
            hint: "choose a folder with a shorter path; --state sets the state folder"
        )
    }
}
