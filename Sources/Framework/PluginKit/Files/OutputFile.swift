public import Diagnostics
internal import Glibc

/// A file that is written under a temporary name and published when it is complete.
///
/// Each write states its offset, so writing the same bytes at the same offset again changes nothing. The first write
/// creates the folder and the file, with the permissions of the file that it replaces. If a file with the temporary
/// name exists, it is continued, provided that it is a regular file of this user with a single name (hard link); any
/// other is refused.
///
/// If `path` is a symbolic link, the temporary file is created next to the link's target and replaces that target.
public final class OutputFile: Sendable {
    /// The final path of the file.
    public let path: String
    /// The path until the file is published.
    public let temporaryPath: String
    private let state = Locked(State())

    private struct State {
        var descriptor: Int32 = -1
    }

    /// A file to write.
    ///
    /// An earlier run may have begun it.
    ///
    /// - Parameters:
    ///   - path: The final path of the file.
    ///   - suffix: What the temporary name adds. Default: `.part`.
    public init(_ path: String, suffix: String = ".part") {
        self.path = path
        // A path that cannot be used is reported when the file is opened.
        temporaryPath = FileSystem.suffixed((try? OutputTarget(path))?.file ?? path, with: suffix)
    }

    deinit { state.withLock { if $0.descriptor >= 0 { close($0.descriptor) } } }

    /// Writes `bytes` at `offset` and returns the offset after them.
    ///
    /// - Parameters:
    ///   - bytes: What to write.
    ///   - offset: Where to write, in bytes from the start of the file.
    /// - Returns: The offset after the last byte written.
    /// - Throws: `file.disk-full`, `file.permission` or `file.write`, with the path.
    @discardableResult
    public func write(_ bytes: Span<UInt8>, at offset: Int) throws(Diagnostic) -> Int {
        try OpenFile.write(bytes, at: offset, to: try opened(), path: temporaryPath, shownAs: temporaryPath)
        return offset + bytes.count
    }

    /// Truncates the file to `end` bytes, syncs it and its temporary name to the disk, and closes it.
    ///
    /// Doing so again changes nothing; a process that resumes the run of another does it.
    ///
    /// - Parameters:
    ///   - end: The length of the file in bytes.
    ///   - records: The number of records in it.
    /// - Returns: The file, for the engine to publish.
    /// - Throws: `file.shorter` if the file has fewer bytes; `file.disk-full`, `file.permission` or `file.write`, with
    ///   the path.
    public func complete(upTo end: Int, records: Int) throws(Diagnostic) -> StagedFile {
        let descriptor = try opened()
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SystemFailure.last.diagnostic("write", at: temporaryPath) }
        // Lengthening the file would not complete it: another program has truncated or removed it.
        guard status.st_size >= off_t(end) else {
            throw FileSystem.isShorter(temporaryPath, bytes: Int(status.st_size), than: end)
        }
        if status.st_size > off_t(end) {
            try Faults.step(.cut, of: temporaryPath) { () throws(Diagnostic) in
                guard ftruncate(descriptor, off_t(end)) == 0 else {
                    throw SystemFailure.last.diagnostic("write", at: temporaryPath)
                }
            }
        }
        try Faults.step(.sync, of: temporaryPath) { () throws(Diagnostic) in
            guard fsync(descriptor) == 0 else { throw SystemFailure.last.diagnostic("write", at: temporaryPath) }
        }
        shut()
        // If the name is not on the disk, recovery after a power failure cannot find the file to publish.
        try FileSystem.syncFolder(of: temporaryPath)
        return StagedFile(temporaryPath, to: path, bytes: end, records: records)
    }

    /// Deletes the temporary file, unless no run can have created it.
    public func discard() {
        shut()
        if temporaryPath != path, let files = TemporaryFiles.current { return files.discard(temporaryPath) }
        if OpenFile.isOrdinary(temporaryPath) { FileSystem.remove(temporaryPath) }
    }

    private func shut() {
        state.withLock { state in
            if state.descriptor >= 0 { close(state.descriptor) }
            state.descriptor = -1
        }
    }

    private func opened() throws(Diagnostic) -> Int32 {
        try state.withLock { state throws(Diagnostic) in
            if state.descriptor < 0 { state.descriptor = try created() }
            return state.descriptor
        }
    }

    private func created() throws(Diagnostic) -> Int32 {
        let target = try OutputTarget(path)
        try FileSystem.createFolder(around: temporaryPath)
        if temporaryPath != path, let files = TemporaryFiles.current {
            return try files.open(temporaryPath, like: target.ownership)
        }
        if let descriptor = try OpenFile.existing(temporaryPath) { return descriptor }
        return try OpenFile.created(temporaryPath, like: target.ownership)
    }
}
