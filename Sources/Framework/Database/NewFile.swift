internal import Diagnostics
internal import Glibc
internal import Platform

/// Creates a file that appears complete under an unused name, or not at all.
enum NewFile {
    /// Creates a file, unless one has been created meanwhile, and syncs it to the disk.
    ///
    /// - Throws: `file.disk-full`, `file.permission` and the like, with the path.
    static func place(_ bytes: [UInt8], at path: String, mode: mode_t) throws(Diagnostic) {
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        // An unnamed file disappears with the process.
        let nameless = open(folder, unnamed | O_WRONLY | O_CLOEXEC, mode)
        if nameless >= 0 {
            defer { close(nameless) }
            try write(bytes, to: nameless, path: path)
            if try link("/proc/self/fd/\(nameless)", as: path) { return try FileSystem.syncFolder(of: path) }
        } else if ![EOPNOTSUPP, EISDIR, EINVAL, ENOENT].contains(errno) {
            throw SystemFailure.last.diagnostic("write", at: path)
        }
        try placeNamed(bytes, at: path, mode: mode)
        try FileSystem.syncFolder(of: path)
    }

    /// For file systems without unnamed files.
    private static func placeNamed(_ bytes: [UInt8], at path: String, mode: mode_t) throws(Diagnostic) {
        let temporary = "\(path).new-\(getpid())"
        // A file with that name was left by a killed process with the same process ID.
        unlink(temporary)
        defer { unlink(temporary) }
        try make(temporary, bytes: bytes, path: path, mode: mode)
        if try link(temporary, as: path) { return }
        // A file system without hard links: a power failure may leave a file that is refused the next time.
        try make(path, bytes: bytes, path: path, mode: mode)
    }

    private static func make(
        _ name: String,
        bytes: [UInt8],
        path: String,
        mode: mode_t
    ) throws(Diagnostic) {
        let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            if errno == EEXIST, name == path { return }
            throw SystemFailure.last.diagnostic("write", at: path)
        }
        defer { close(descriptor) }
        try write(bytes, to: descriptor, path: path)
    }

    /// Links a file to a name, unless the name is taken.
    ///
    /// - Returns: Whether a file with that name exists now; false if the file system has no hard links.
    private static func link(_ name: String, as path: String) throws(Diagnostic) -> Bool {
        if linkat(AT_FDCWD, name, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 || errno == EEXIST { return true }
        // Without `/proc` an unnamed file cannot be linked.
        if [EPERM, EOPNOTSUPP, ENOSYS, ENOENT, EXDEV, EMLINK].contains(errno) { return false }
        throw SystemFailure.last.diagnostic("write", at: path)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(Diagnostic) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done, off_t(done))
            }
            guard count > 0 || count < 0 && SystemFailure.last.isInterruption else {
                throw (count == 0 ? SystemFailure(number: ENOSPC) : SystemFailure.last).diagnostic("write", at: path)
            }
            done += max(0, count)
        }
        guard fsync(descriptor) == 0 else { throw SystemFailure.last.diagnostic("write", at: path) }
    }

    /// `O_TMPFILE`, a macro that is not imported into Swift (linux/fcntl.h).
    private static let unnamed: Int32 = 0o20_000_000 | O_DIRECTORY
}
