public import Diagnostics
internal import Glibc

extension FileSystem {
    /// Waits until all bytes of a file are on the disk, and its size.
    ///
    /// Its name is there when its folder is synced as well.
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

    /// Makes sure that the names in the folder of `path` are on the disk.
    ///
    /// - Parameter path: A file or folder; it is the folder that it lies in that is synced.
    /// - Throws: `file.missing`, `file.disk-full` or `file.write`, with the path of the folder.
    public static func syncFolder(of path: String) throws(Diagnostic) {
        let folder = folder(of: path)
        try Faults.step(.sync, of: folder) { () throws(Diagnostic) in
            let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            // A folder that may be written to and not read cannot be synced; then there is nothing that could be done.
            if descriptor < 0, errno == EACCES { return }
            guard descriptor >= 0 else { throw SystemFailure.last.diagnostic("write", at: folder) }
            defer { close(descriptor) }
            // Some file systems cannot sync a folder; nor is there anything to be done then.
            guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else {
                throw SystemFailure.last.diagnostic("write", at: folder)
            }
        }
    }

    /// Makes sure that the names in the folders of these paths are on the disk, as far as there are such folders.
    package static func syncFolders(of paths: [String]) throws(Diagnostic) {
        var synced: Set<String> = []
        for path in paths where synced.insert(folder(of: path)).inserted && isFolder(folder(of: path)) {
            try syncFolder(of: path)
        }
    }

    /// Cuts a file to a length.
    ///
    /// That is on the disk when the file is synced.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - bytes: How many bytes are left, counted from its start.
    /// - Throws: `file.shorter` if it has fewer; `file.missing`, `file.permission` or `file.write`, with the path.
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

    /// Adds bytes to the end of a file, in one piece, so that the lines of two programs never mix.
    ///
    /// - Parameters:
    ///   - bytes: What to add.
    ///   - path: The file; it and the folders above it come into being. A link is followed.
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

    /// How many bytes a file has; nil if there is none.
    public static func size(of path: String) -> Int? { status(of: path).map { Int($0.st_size) } }

    /// When a file was last written, in nanoseconds since 1970-01-01T00:00:00Z; nil if there is none.
    public static func modified(_ path: String) -> Int64? {
        status(of: path).map { status in
            // Seconds and nanoseconds, read as numbers: in optimised builds the compiler takes the names of the fields for
            // those of a module that nobody may import.
            withUnsafeBytes(of: status.st_mtim) { time in
                // Some file systems keep a time that was set to the end of all years.
                Int64(time.load(as: Int.self)).multiplied(clamped: 1_000_000_000)
                    .adding(clamped: Int64(time.load(fromByteOffset: MemoryLayout<Int>.size, as: Int.self)))
            }
        }
    }

    /// A file has fewer bytes than were written.
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
                "the file has \(bytes.counted("byte")), and \(expected) were written: something else has changed it",
            category: .environment,
            at: .file(path)
        )
    }

    /// The folder that a path lies in, without a slash behind it.
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
