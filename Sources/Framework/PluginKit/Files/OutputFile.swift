public import Diagnostics
internal import Glibc

/// A file that is written under a temporary name and published when it is whole.
///
/// Writes go to offsets, so writing the same bytes at the same offset again changes nothing. The folder and the file
/// come into being with the first write, readable as the file that it replaces is. A file that is there already under
/// the temporary name is continued, if it is a regular file of this user without further names; nothing else is.
///
/// Where `path` is a symbolic link, the file lies beside the one that the link leads to, and replaces that.
public final class OutputFile: Sendable {
    /// Where the file belongs.
    public let path: String
    /// Where it lies until it is published.
    public let temporaryPath: String
    private let state = Locked(State())

    private struct State {
        var descriptor: Int32 = -1
    }

    /// A file to write, which may have been begun by an earlier run.
    ///
    /// - Parameters:
    ///   - path: Where the file belongs.
    ///   - suffix: What the temporary name adds. Default: `.part`.
    public init(_ path: String, suffix: String = ".part") {
        self.path = path
        // What is wrong with the path is reported when the file is opened.
        temporaryPath = FileSystem.suffixed((try? OutputTarget(path))?.file ?? path, with: suffix)
    }

    deinit { state.withLock { if $0.descriptor >= 0 { close($0.descriptor) } } }

    /// Writes `bytes` at `offset` and returns the offset behind them.
    ///
    /// - Parameters:
    ///   - bytes: What to write.
    ///   - offset: Where to write, in bytes from the start of the file.
    /// - Returns: The offset behind the bytes.
    /// - Throws: `file.disk-full`, `file.permission` or `file.write`, with the path.
    @discardableResult
    public func write(_ bytes: Span<UInt8>, at offset: Int) throws(Diagnostic) -> Int {
        try OpenFile.write(bytes, at: offset, to: try opened(), path: temporaryPath, shownAs: temporaryPath)
        return offset + bytes.count
    }

    /// Cuts the file to `end` bytes, waits until it and its temporary name are on the disk, and closes it.
    ///
    /// Doing so again, as a process does that takes up what another has left, changes nothing.
    ///
    /// - Parameters:
    ///   - end: How many bytes the file has.
    ///   - records: How many records that is.
    /// - Returns: The file, for the engine to publish.
    /// - Throws: `file.shorter` if the file has fewer bytes; `file.disk-full`, `file.permission` or `file.write`, with
    ///   the path.
    public func complete(upTo end: Int, records: Int) throws(Diagnostic) -> StagedFile {
        let descriptor = try opened()
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SystemFailure.last.diagnostic("write", at: temporaryPath) }
        // To be lengthened is no way to become whole: somebody took bytes away, or the whole file.
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
        // Without its name, what is published next would not be found after a power cut.
        try FileSystem.syncFolder(of: temporaryPath)
        return StagedFile(temporaryPath, to: path, bytes: end, records: records)
    }

    /// Throws the file away; one under the temporary name that no run can have made stays.
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
