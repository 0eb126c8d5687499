internal import Diagnostics
internal import Platform

/// How long the path of a database may be.
///
/// SQLite puts the current folder before a relative path, and refuses the whole without a reason if it is longer than its
/// own limit of 512 bytes (`MAX_PATHNAME` in os_unix.c), less what it adds for the names beside the file.
enum PathLimit {
    /// In bytes, from the root.
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
            hint: "choose a folder with a shorter path; --state says where the state is"
        )
    }
}
