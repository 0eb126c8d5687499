public import Diagnostics
internal import Glibc

extension FileSystem {
    /// Syncs a file: waits until its bytes and its size are on the disk.
    ///
    /// Its name is on the disk once its folder is synced as well.
    ///
    /// - Parameter path: The file.
    /// - Throws: `file.missing`, `file.permission`, `file.disk-full` or `file.write`, with the path.
    public static func sync(_ path: String) throws(Diagnostic) {
        try Faults.step(.sync, of: path) { () throws(Diagnostic) in
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw SystemFailure.last.diagnostic("write", at: path) }
            defer { close(descriptor) }
            guard fdatasync(descriptor) == 0 else { throw SystemFailure.last.diagnostic("write", at: path) }
        }
    }

    /// Syncs the names in the folder of `path` to the disk.
    ///
    /// - Parameter path: A file or folder; the folder that contains it is synced.
    /// - Throws: `file.missing`, `file.disk-full` or `file.write`, with the path of the folder.
    public static func syncFolder(of path: String) throws(Diagnostic) {
        let folder = folder(of: path)
        try Faults.step(.sync, of: folder) { () throws(Diagnostic) in
            let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            // A folder that is writable but not readable cannot be synced; nothing can be done about it.
            if descriptor < 0, errno == EACCES { return }
            guard descriptor >= 0 else { throw SystemFailure.last.diagnostic("write", at: folder) }
            defer { close(descriptor) }
            // Some file systems cannot sync a folder; nothing can be done about it.
            guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else {
                throw SystemFailure.last.diagnostic("write", at: folder)
            }
        }
    }

    /// Syncs the names in the folders of these paths to the disk; folders that do not exist are skipped.
    package static func syncFolders(of paths: [String]) throws(Diagnostic) {
        var synced: Set<String> = []
        for path in paths where synced.insert(folder(of: path)).inserted && isFolder(folder(of: path)) {
            try syncFolder(of: path)
        }
    }

    /// Truncates a file to a length.
    ///
    /// The change is on the disk once the file is synced.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - bytes: The new length.
    /// - Throws: `file.shorter` if it has fewer bytes; `file.missing`, `file.permission` or `file.write`, with the
    ///   path.
    public static func truncate(_ path: String, to bytes: Int) throws(Diagnostic) {
        let descriptor = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemFailure.last.diagnostic("write", at: path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SystemFailure.last.diagnostic("write", at: path) }
        guard status.st_size >= off_t(bytes) else { throw isShorter(path, bytes: Int(status.st_size), than: bytes) }
        guard status.st_size > off_t(bytes) else { return }
        try Faults.step(.cut, of: path) { () throws(Diagnostic) in
            guard ftruncate(descriptor, off_t(bytes)) == 0 else {
                throw SystemFailure.last.diagnostic("write", at: path)
            }
        }
    }

    /// Appends bytes to a file in one write, so that the lines of two programs never mix.
    ///
    /// - Parameters:
    ///   - bytes: What to append.
    ///   - path: The file; it and missing folders above it are created. A link is followed.
    /// - Throws: What `OutputTarget` throws; `file.disk-full`, `file.permission` or `file.write`, with the path.
    public static func append(_ bytes: Span<UInt8>, to path: String) throws(Diagnostic) {
        let target = try OutputTarget(path)
        try createFolder(around: target.file)
        let flags = O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        let descriptor = open(target.file, target.exists ? flags : flags | O_CREAT, 0o666)
        guard descriptor >= 0 else { throw SystemFailure.last.diagnostic("write", at: path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw OpenFile.hasChanged(path)
        }
        let wrote = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard wrote >= 0 else { throw SystemFailure.last.diagnostic("write", at: path) }
        guard wrote == bytes.count else { throw SystemFailure(number: ENOSPC).diagnostic("write", at: path) }
    }

    /// The size of a file in bytes; nil if there is none.
    public static func size(of path: String) -> Int? { status(of: path).map { Int($0.st_size) } }

    /// When a file was last written, in nanoseconds since 1970-01-01T00:00:00Z; nil if there is none.
    public static func modified(_ path: String) -> Int64? {
        status(of: path).map { status in
            // Seconds and nanoseconds, read as integers: optimised builds resolve the field names to a module that
            // cannot be imported.
            withUnsafeBytes(of: status.st_mtim) { time in
                // Some file systems store a far-future time as the largest value.
                Int64(time.load(as: Int.self)).multiplied(clamped: 1_000_000_000)
                    .adding(clamped: Int64(time.load(fromByteOffset: MemoryLayout<Int>.size, as: Int.self)))
            }
        }
    }

    /// The error for a file with fewer bytes than were written.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - bytes: How many it has.
    ///   - expected: How many it should have at least.
    /// - Returns: `file.shorter`.
    package static func isShorter(_ path: String, bytes: Int, than expected: Int) -> Diagnostic {
        Diagnostic(
            "file.shorter",
            message:
                "the file has \(bytes.counted("byte")), and \(expected) were written: another program has changed it",
            category: .environment,
            at: .file(path)
        )
    }

    /// The folder that contains a path, without a trailing slash.
    package static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func status(of path: String) -> stat? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else { return nil }
        return status
    }
}
