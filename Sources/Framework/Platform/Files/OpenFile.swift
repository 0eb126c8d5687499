package import Diagnostics
internal import Glibc

/// What is done with the descriptor of a file that is being written.
package enum OpenFile {
    /// Writes all of `bytes` at an offset.
    ///
    /// - Parameters:
    ///   - bytes: What to write.
    ///   - offset: Where, in bytes from the start of the file.
    ///   - descriptor: The open file.
    ///   - path: Its name, for fault points.
    ///   - shown: The path for messages.
    /// - Throws: `file.disk-full` or `file.write`, with the path.
    package static func write(
        _ bytes: Span<UInt8>,
        at offset: Int,
        to descriptor: Int32,
        path: String,
        shownAs shown: String
    ) throws(Diagnostic) {
        let faults = Faults.current
        try bytes.withUnsafeBytes { buffer throws(Diagnostic) in
            var done = 0
            while done < buffer.count {
                let rest = UnsafeRawBufferPointer(rebasing: buffer[done...])
                done += try write(rest, at: offset + done, to: descriptor, path: path, shown: shown, faults: faults)
            }
        }
    }

    /// Writes what the system, or a fault point, takes in one call, and returns how much that was.
    private static func write(
        _ bytes: UnsafeRawBufferPointer,
        at offset: Int,
        to descriptor: Int32,
        path: String,
        shown: String,
        faults: (any FaultPoint)?
    ) throws(Diagnostic) -> Int {
        var count = bytes.count
        if let faults {
            let step = DurableStep(.write, of: path, at: .before)
            try faults.pass(step)
            count = try faults.allowed(step, writing: offset..<offset + bytes.count)
        }
        var wrote = pwrite(descriptor, bytes.baseAddress, count, off_t(offset))
        while wrote < 0, SystemFailure.last.isInterruption {
            wrote = pwrite(descriptor, bytes.baseAddress, count, off_t(offset))
        }
        guard wrote >= 0 else { throw SystemFailure.last.diagnostic("write", at: shown) }
        try faults?.pass(DurableStep(.write, of: path, at: .after))
        return wrote
    }

    /// Opens a temporary file that is there; nil if there is none.
    ///
    /// - Throws: `file.foreign` for what no run can have made: a link, a device, a file of another user or one that has
    ///   further names; `file.permission` and the like, with the path.
    package static func existing(_ path: String) throws(Diagnostic) -> Int32? {
        let descriptor = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT: return nil
            case ELOOP: throw isForeign(path, because: "it is a link")
            // A FIFO that no process reads, a socket, a folder.
            case ENXIO, EISDIR: throw isForeign(path, because: "it is not a regular file")
            default: throw SystemFailure.last.diagnostic("write", at: path)
            }
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, let reason = foreignness(of: status) else { return descriptor }
        close(descriptor)
        throw isForeign(path, because: reason)
    }

    /// Whether a name is that of a file that a run of this user can have made.
    package static func isOrdinary(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && foreignness(of: status) == nil
    }

    /// Why a file cannot be a temporary file that a run of this user has made; nil if it can.
    static func foreignness(of status: stat) -> String? {
        if status.st_mode & S_IFMT == S_IFLNK { return "it is a link" }
        if status.st_mode & S_IFMT != S_IFREG { return "it is not a regular file" }
        if status.st_uid != geteuid() { return "it belongs to another user (\(status.st_uid))" }
        return status.st_nlink == 1 ? nil : "it has further names (hard links)"
    }

    /// Makes a temporary file, of which no other has the name.
    ///
    /// - Parameters:
    ///   - path: Its name.
    ///   - ownership: What the file that it will replace has; nil if there is none.
    ///   - run: The run that the file is to state; nil for none.
    /// - Returns: A descriptor of the caller's own.
    /// - Throws: `file.foreign` if something has the name; `file.disk-full`, `file.permission` or `file.write`.
    package static func created(
        _ path: String,
        like ownership: FileOwnership?,
        by run: String? = nil
    ) throws(Diagnostic) -> Int32 {
        var descriptor: Int32 = -1
        do throws(Diagnostic) {
            try Faults.step(.create, of: path) { () throws(Diagnostic) in
                descriptor = open(
                    path,
                    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                    // No user who may not read the other file may read this one meanwhile.
                    ownership == nil ? 0o666 : 0o600
                )
                guard descriptor >= 0 else {
                    if errno == EEXIST { throw isForeign(path, because: nil) }
                    throw SystemFailure.last.diagnostic("write", at: path)
                }
            }
        } catch {
            if descriptor >= 0 { close(descriptor) }
            throw error
        }
        if let run { FileMaker.state(run, in: descriptor) }
        ownership?.apply(to: descriptor)
        return descriptor
    }

    /// A file is in the way that this run has not made.
    package static func isForeign(_ path: String, because reason: String?) -> Diagnostic {
        Diagnostic(
            "file.foreign",
            message: "the run needs this name for a temporary file, but no run of this state has made the file here"
                + (reason.map { ": \($0)" } ?? ""),
            category: .environment,
            at: .file(path),
            hint: "move it away or remove it, then run again; or choose another path"
        )
    }

    /// The file that has the name is not the one that was written.
    package static func hasChanged(_ path: String) -> Diagnostic {
        Diagnostic(
            "file.changed",
            message: "another program changed this file while it was being written; nothing was replaced",
            category: .environment,
            at: .file(path),
            hint: "run again when that program is done; a folder that all users may write to is not a place for files"
        )
    }
}
