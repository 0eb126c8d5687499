public import Diagnostics
internal import Glibc

/// A file that is written under a temporary name and published when it is whole.
///
/// Writes go to offsets, so writing the same bytes at the same offset again changes nothing. The folder and the file
/// come into being with the first write. A file that is there already under the temporary name is taken up as it is.
public final class OutputFile: Sendable {
    /// Where the file belongs.
    public let path: String
    /// Where it lies until it is published.
    public let temporaryPath: String
    private let state = Guarded(State())

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
        temporaryPath = FileSystem.suffixed(path, suffix)
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
        let descriptor = try opened()
        let faults = Faults.current
        try bytes.withUnsafeBytes { buffer throws(Diagnostic) in
            var done = 0
            while done < buffer.count {
                let rest = UnsafeRawBufferPointer(rebasing: buffer[done...])
                done += try write(rest, at: offset + done, to: descriptor, faults)
            }
        }
        return offset + bytes.count
    }

    /// Writes what the system, or a fault point, takes at once, and returns how much that was.
    private func write(
        _ bytes: UnsafeRawBufferPointer,
        at offset: Int,
        to descriptor: Int32,
        _ faults: (any FaultPoint)?
    ) throws(Diagnostic) -> Int {
        var count = bytes.count
        if let faults {
            let step = DurableStep(.write, temporaryPath, .before)
            try faults.pass(step)
            count = try faults.allowed(step, writing: offset..<offset + bytes.count)
        }
        var wrote = pwrite(descriptor, bytes.baseAddress, count, off_t(offset))
        while wrote < 0, SystemFailure.last.isInterruption {
            wrote = pwrite(descriptor, bytes.baseAddress, count, off_t(offset))
        }
        guard wrote >= 0 else { throw SystemFailure.last.diagnostic("write", temporaryPath) }
        try faults?.pass(DurableStep(.write, temporaryPath, .after))
        return wrote
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
    public func complete(upTo end: Int, records: Int) throws(Diagnostic) -> PendingFile {
        let descriptor = try opened()
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SystemFailure.last.diagnostic("write", temporaryPath) }
        // To be lengthened is no way to become whole: somebody took bytes away, or the whole file.
        guard status.st_size >= off_t(end) else {
            throw FileSystem.isShorter(temporaryPath, Int(status.st_size), than: end)
        }
        if status.st_size > off_t(end) {
            try Faults.step(.cut, temporaryPath) { () throws(Diagnostic) in
                guard ftruncate(descriptor, off_t(end)) == 0 else {
                    throw SystemFailure.last.diagnostic("write", temporaryPath)
                }
            }
        }
        try Faults.step(.sync, temporaryPath) { () throws(Diagnostic) in
            guard fsync(descriptor) == 0 else { throw SystemFailure.last.diagnostic("write", temporaryPath) }
        }
        shut()
        // Without its name, what is published next would not be found after a power cut.
        try FileSystem.syncFolder(of: temporaryPath)
        return PendingFile(temporaryPath: temporaryPath, path: path, records: records, bytes: end)
    }

    /// Throws the file away.
    public func discard() {
        shut()
        FileSystem.remove(temporaryPath)
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
        try FileSystem.createFolder(around: path)
        guard !FileSystem.isFolder(path) else {
            throw Diagnostic("file.folder", "this is a folder, not a file", at: .file(path), hint: "name a file in it")
        }
        var descriptor = open(temporaryPath, O_RDWR | O_CLOEXEC)
        if descriptor >= 0 { return descriptor }
        do throws(Diagnostic) {
            guard errno == ENOENT else { throw SystemFailure.last.diagnostic("write", temporaryPath) }
            try Faults.step(.create, temporaryPath) { () throws(Diagnostic) in
                descriptor = open(temporaryPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
                guard descriptor >= 0 else { throw SystemFailure.last.diagnostic("write", temporaryPath) }
            }
        } catch {
            if descriptor >= 0 { close(descriptor) }
            throw error
        }
        return descriptor
    }
}
