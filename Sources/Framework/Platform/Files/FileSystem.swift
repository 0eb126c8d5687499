public import Diagnostics
internal import Glibc

/// File operations other than reading and writing.
public enum FileSystem {
    /// The program's working directory.
    public static var currentFolder: String {
        guard let path = getcwd(nil, 0) else { return "." }
        defer { free(path) }
        return String(cString: path)
    }

    /// Whether there is a file or folder.
    public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Whether this process may create files in a folder.
    package static func isWritable(_ folder: String) -> Bool { access(folder, W_OK | X_OK) == 0 }

    /// Whether there is a folder.
    public static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The names in a folder, sorted by their bytes, without `.` and `..`.
    public static func names(in folder: String) throws(Diagnostic) -> [String] {
        guard let stream = opendir(folder) else { throw SystemFailure.last.diagnostic("read", at: folder) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Creates the folder that contains `path`, and those above it, and syncs them to the disk.
    ///
    /// - Throws: `option.home` for a path that begins with `~`; `file.not-a-folder`, `file.permission`,
    ///   `file.disk-full` or `file.write`, with the path.
    public static func createFolder(around path: String) throws(Diagnostic) {
        try HomePath.check(path, at: .file(path))
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
        let folder = String(path[..<slash])
        if isFolder(folder) { return }
        try createFolder(around: folder)
        try Faults.step(.create, of: folder) { () throws(Diagnostic) in
            guard mkdir(folder, 0o777) == 0 || errno == EEXIST else {
                throw SystemFailure.last.diagnostic("write", at: folder)
            }
        }
        guard isFolder(folder) else { throw isNotFolder(folder) }
        // A later sync of a file and its folder does not cover a new folder's own name.
        try syncFolder(of: folder)
    }

    /// The error for a file where a folder is needed.
    static func isNotFolder(_ path: String) -> Diagnostic {
        Diagnostic(
            "file.not-a-folder",
            message: "this is a file, but a folder is needed here",
            category: .environment,
            at: .file(path),
            hint: "choose another path"
        )
    }

    /// Gives a file its final name, replacing any file that has it, so that either the old or the new file exists.
    public static func rename(_ path: String, to final: String) throws(Diagnostic) {
        try Faults.step(.rename, of: final, from: path) { () throws(Diagnostic) in
            guard Glibc.rename(path, final) == 0 else { throw SystemFailure.last.diagnostic("write", at: final) }
        }
    }

    /// Gives a file a second name (hard link); false if there is no such file or the file system does not support that.
    public static func link(_ path: String, as second: String) -> Bool {
        var isLinked = false
        // A step that a fault point fails is not made, and no error is reported.
        try? Faults.step(.create, of: second, from: path) { isLinked = Glibc.link(path, second) == 0 }
        return isLinked
    }

    /// Removes a file if it exists.
    public static func remove(_ path: String) {
        // A step that a fault point fails is not made, and no error is reported.
        try? Faults.step(.remove, of: path) { _ = unlink(path) }
    }
}
