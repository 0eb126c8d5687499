public import Diagnostics
internal import Glibc
internal import Synchronization

/// A file that is written under a temporary name and published when it is whole.
///
/// Writes go to offsets, so writing the same bytes at the same offset again changes nothing. The folder and the file
/// come into being with the first write.
public final class OutputFile: Sendable {
    /// Where the file belongs.
    public let path: String
    /// Where it lies until it is published.
    public let temporaryPath: String
    private let state = Mutex(State())

    private struct State {
        var descriptor: Int32 = -1
    }

    /// A file that does not exist yet.
    ///
    /// - Parameters:
    ///   - path: Where the file belongs.
    ///   - suffix: What the temporary name adds. Default: `.part`.
    public init(_ path: String, suffix: String = ".part") {
        self.path = path
        temporaryPath = path + suffix
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
        var failure: SystemFailure?
        bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let wrote = pwrite(
                    descriptor,
                    buffer.baseAddress?.advanced(by: done),
                    buffer.count - done,
                    off_t(offset + done)
                )
                if wrote >= 0 {
                    done += wrote
                } else if !SystemFailure.last.isInterruption {
                    failure = SystemFailure.last
                    return
                }
            }
        }
        if let failure { throw failure.diagnostic("write", temporaryPath) }
        return offset + bytes.count
    }

    /// Cuts the file to `end` bytes, waits until it is on the disk, and closes it.
    ///
    /// - Parameters:
    ///   - end: How many bytes the file has.
    ///   - records: How many records that is.
    /// - Returns: The file, for the engine to publish.
    /// - Throws: `file.disk-full`, `file.permission` or `file.write`, with the path.
    public func complete(upTo end: Int, records: Int) throws(Diagnostic) -> PendingFile {
        let descriptor = try opened()
        guard ftruncate(descriptor, off_t(end)) == 0, fsync(descriptor) == 0 else {
            throw SystemFailure.last.diagnostic("write", temporaryPath)
        }
        shut()
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
        let descriptor = open(temporaryPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw SystemFailure.last.diagnostic("write", temporaryPath) }
        return descriptor
    }
}
