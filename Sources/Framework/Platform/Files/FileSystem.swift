public import Diagnostics
internal import Glibc

/// The few things that the house does with files besides reading and writing them.
public enum FileSystem {
    /// The folder that relative paths start from.
    public static var currentFolder: String {
        guard let path = getcwd(nil, 0) else { return "." }
        defer { free(path) }
        return String(cString: path)
    }

    /// Whether there is a file or folder.
    public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Whether this process may make files in a folder.
    package static func isWritable(_ folder: String) -> Bool { access(folder, W_OK | X_OK) == 0 }

    /// Whether there is a folder.
    public static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The names in a folder, sorted by their bytes; `.` and `..` are not among them.
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

    /// Makes the folder that `path` lies in, and those above it, and waits until they are on the disk.
    ///
    /// - Throws: `option.home` for a path that begins with `~`; `file.not-a-folder`, `file.permission`, `file.disk-full` or
    ///   `file.write`, with the path.
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
        // Whoever syncs a file and its folder later does not know that the folder was new.
        try syncFolder(of: folder)
    }

    /// A file lies where a folder is needed.
    static func isNotFolder(_ path: String) -> Diagnostic {
        Diagnostic(
            "file.not-a-folder",
            message: "this is a file, but a folder is needed here",
            category: .environment,
            at: .file(path),
            hint: "choose another path"
        )
    }

    /// Gives a file its final name, replacing what had it, so that either the old or the new file is there.
    public static func rename(_ path: String, to final: String) throws(Diagnostic) {
        try Faults.step(.rename, of: final, from: path) { () throws(Diagnostic) in
            guard Glibc.rename(path, final) == 0 else { throw SystemFailure.last.diagnostic("write", at: final) }
        }
    }

    /// Gives a file a second name; false where there is no such file or the file system has no second names.
    public static func link(_ path: String, as second: String) -> Bool {
        var isLinked = false
        // What a fault point refuses is not done, and nobody hears of it.
        try? Faults.step(.create, of: second, from: path) { isLinked = Glibc.link(path, second) == 0 }
        return isLinked
    }

    /// Removes a file if it is there.
    public static func remove(_ path: String) {
        // What a fault point refuses is not done, and nobody hears of it.
        try? Faults.step(.remove, of: path) { _ = unlink(path) }
    }
}
