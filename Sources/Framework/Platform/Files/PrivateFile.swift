internal import Diagnostics
internal import Glibc

/// A file that only its user may read.
///
/// It is replaced as a whole: readers find the old or the new contents.
package struct PrivateFile: Sendable {
    package let path: String

    /// The file at a path; nothing is opened yet.
    package init(path: String) { self.path = path }
    /// The temporary name of the next contents.
    private var fresh: String { path + ".new" }

    /// The maximum size to read, in bytes.
    private static let limit = 1 << 20

    /// Reads the contents; nil if there is no file.
    ///
    /// - Throws: `account.exposed` if other users could have read or written it, `account.file` for something that is
    ///   not a file, and errors of the system.
    package func read() throws(Diagnostic) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT: return nil
            case ELOOP: throw Self.isNoFile(path)
            default: throw SystemFailure.last.diagnostic("read", at: path)
            }
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SystemFailure.last.diagnostic("read", at: path) }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= Self.limit else { throw Self.isNoFile(path) }
        try Self.refuseForeign(status, path: path, consequence: "its contents are not used")
        guard status.st_mode & 0o077 == 0 else {
            throw Diagnostic(
                "account.exposed",
                message:
                    "other users may read or change this credentials file (mode \(String(status.st_mode & 0o777, radix: 8)))",
                category: .environment,
                at: .file(path),
                hint: "if no one has: chmod 600 '\(path)'; if in doubt, remove it, and sign in again"
            )
        }
        try checkFolder()
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var done = 0
        while done < bytes.count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
            }
            if got < 0, SystemFailure.last.isInterruption { continue }
            guard got >= 0 else { throw SystemFailure.last.diagnostic("read", at: path) }
            guard got > 0 else { break }
            done += got
        }
        return Array(bytes[..<done])
    }

    /// Replaces the contents; they are on the disk when this returns.
    ///
    /// Calls must not overlap.
    ///
    /// - Throws: Errors of the system. Then the contents are the old ones, or the new ones if the folder could not be
    ///   synced.
    package func replace(with bytes: [UInt8]) throws(Diagnostic) {
        try makeFolder()
        // A file left by a process that was interrupted.
        if FileSystem.exists(fresh) { FileSystem.remove(fresh) }
        do throws(Diagnostic) {
            try write(bytes)
            try FileSystem.rename(fresh, to: path)
        } catch {
            FileSystem.remove(fresh)
            throw error
        }
        try FileSystem.syncFolder(of: path)
    }

    /// Removes the file, and one left by a process that was interrupted.
    package func remove() throws(Diagnostic) {
        for name in [fresh, path] where FileSystem.exists(name) {
            try Faults.step(.remove, of: name) { () throws(Diagnostic) in
                guard unlink(name) == 0 || errno == ENOENT else {
                    throw SystemFailure.last.diagnostic("write", at: name)
                }
            }
        }
        try FileSystem.syncFolder(of: path)
    }

    private func write(_ bytes: [UInt8]) throws(Diagnostic) {
        var descriptor: Int32 = -1
        defer { if descriptor >= 0 { close(descriptor) } }
        try Faults.step(.create, of: fresh) { () throws(Diagnostic) in
            descriptor = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
            // A file mask can remove permissions but never add them.
            guard descriptor >= 0, fchmod(descriptor, 0o600) == 0 else {
                throw SystemFailure.last.diagnostic("write", at: fresh)
            }
        }
        let faults = Faults.current
        var done = 0
        while done < bytes.count {
            var count = bytes.count - done
            let step = DurableStep(.write, of: fresh, at: .before)
            if let faults {
                try faults.pass(step)
                count = try faults.allowed(step, writing: done..<bytes.count)
            }
            let wrote = bytes.withUnsafeBytes { buffer in
                pwrite(descriptor, buffer.baseAddress.map { $0 + done }, count, off_t(done))
            }
            if wrote < 0, SystemFailure.last.isInterruption { continue }
            guard wrote >= 0 else { throw SystemFailure.last.diagnostic("write", at: fresh) }
            try faults?.pass(DurableStep(.write, of: fresh, at: .after))
            done += wrote
        }
        try Faults.step(.sync, of: fresh) { () throws(Diagnostic) in
            guard fsync(descriptor) == 0 else { throw SystemFailure.last.diagnostic("write", at: fresh) }
        }
    }

    /// The folder that contains it.
    private var folder: String { String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) }

    /// Creates the folder and those above it, for the user only, and refuses one that others may change.
    package func makeFolder() throws(Diagnostic) {
        try Self.make(folder)
        try checkFolder()
    }

    private static func make(_ folder: String) throws(Diagnostic) {
        guard !folder.isEmpty, !FileSystem.isFolder(folder) else { return }
        if let slash = folder.lastIndex(of: "/") { try make(String(folder[..<slash])) }
        try Faults.step(.create, of: folder) { () throws(Diagnostic) in
            guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
                throw SystemFailure.last.diagnostic("write", at: folder)
            }
        }
        try FileSystem.syncFolder(of: folder)
    }

    /// Refuses a folder to which other users can write, because they could replace the file.
    private func checkFolder() throws(Diagnostic) {
        var status = stat()
        guard stat(folder, &status) == 0 else { throw SystemFailure.last.diagnostic("read", at: folder) }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw Diagnostic(
                "file.not-a-folder",
                message: "this is a file, but a folder is needed here",
                category: .environment,
                at: .file(folder),
                hint: "choose another one with XDG_CONFIG_HOME"
            )
        }
        try Self.refuseForeign(status, path: folder, consequence: "credentials are not stored in it")
        guard status.st_mode & 0o022 == 0 else {
            throw Diagnostic(
                "account.exposed",
                message: "other users may write to this folder (mode \(String(status.st_mode & 0o777, radix: 8)))",
                category: .environment,
                at: .file(folder),
                hint: "chmod 700 '\(folder)'"
            )
        }
    }

    private static func refuseForeign(_ status: stat, path: String, consequence: String) throws(Diagnostic) {
        guard status.st_uid != geteuid() else { return }
        throw Diagnostic(
            "account.exposed",
            message: "this belongs to another user (\(status.st_uid), and this is \(geteuid())): \(consequence)",
            category: .environment,
            at: .file(path),
            hint: "run as that user, or choose another folder with XDG_CONFIG_HOME"
        )
    }

    private static func isNoFile(_ path: String) -> Diagnostic {
        Diagnostic(
            "account.file",
            message: "this is not a credentials file: it is a link, a folder or too large",
            category: .environment,
            at: .file(path),
            hint: "nothing was changed; move it away, then sign in again"
        )
    }
}
