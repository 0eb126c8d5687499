package import Diagnostics
internal import Glibc

/// Operations on the descriptor of a file that is being written.
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

    /// Writes as much as the system, or a fault point, accepts in one call, and returns how much that was.
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

    /// Opens an existing temporary file; nil if there is none.
    ///
    /// - Throws: `file.foreign` for a file that no run can have created: a link, a device, a file of another user or
    ///   one with several names; `file.permission` and the like, with the path.
    package static func existing(_ path: String) throws(Diagnostic) -> Int32? {
        let descriptor = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT: return nil
            case ELOOP: throw isForeign(path, because: "it is a link")
            // A FIFO without a reader, a socket, a folder.
            case ENXIO, EISDIR: throw isForeign(path, because: "it is not a regular file")
            default: throw SystemFailure.last.diagnostic("write", at: path)
            }
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, let reason = foreignness(of: status) else { return descriptor }
        close(descriptor)
        throw isForeign(path, because: reason)
    }

    /// Whether a name is that of a file that a run of this user can have created.
    package static func isOrdinary(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && foreignness(of: status) == nil
    }

    /// Why a file cannot be a temporary file of a run of this user; nil if it can.
    static func foreignness(of status: stat) -> String? {
        if status.st_mode & S_IFMT == S_IFLNK { return "it is a link" }
        if status.st_mode & S_IFMT != S_IFREG { return "it is not a regular file" }
        if status.st_uid != geteuid() { return "it belongs to another user (\(status.st_uid))" }
        return status.st_nlink == 1 ? nil : "it has further names (hard links)"
    }

    /// Creates a temporary file exclusively.
    ///
    /// - Parameters:
    ///   - path: Its name.
    ///   - ownership: Owner and mode of the file that it will replace; nil if there is none.
    ///   - run: The run to record in the file; nil for none.
    /// - Returns: A descriptor, which the caller owns.
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
                    // A user who may not read the other file must not be able to read this one meanwhile.
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

    /// The error for a file with the needed name that this run has not created.
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

    /// The error if the file with the name is not the one that was written.
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
