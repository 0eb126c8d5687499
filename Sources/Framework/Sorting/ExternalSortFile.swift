internal import CPlatform
internal import Diagnostics
internal import Glibc
internal import Platform

/// An unnamed file: the system frees it when it is closed, however the program ends.
final class ExternalSortFile: Sendable {
    private let descriptor: Int32
    private let path: String

    /// Creates a file in the folder of `path`, which is created if missing.
    init(near path: String) throws(Diagnostic) {
        self.path = path
        try FileSystem.createFolder(around: path)
        let folder = FileSystem.folder(of: path)
        let unnamed = sprocket_open_unnamed(folder)
        if unnamed >= 0 {
            descriptor = unnamed
            return
        }
        // The file system does not support unnamed files: create one under a unique name and remove that name
        // immediately.
        guard errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL else {
            throw SystemFailure.last.diagnostic("write", at: path)
        }
        var template = "\(folder)/.sprocket-sort-XXXXXX".utf8CString.map { $0 }
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw SystemFailure.last.diagnostic("write", at: path) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unlink(template)
    }

    deinit { close(descriptor) }

    /// Writes `bytes` at `offset`.
    func write(_ bytes: Span<UInt8>, at offset: Int) throws(Diagnostic) {
        try bytes.withUnsafeBytes { (buffer) throws(Diagnostic) in
            var done = 0
            while done < buffer.count {
                let wrote = pwrite(
                    descriptor,
                    buffer.baseAddress?.advanced(by: done),
                    buffer.count - done,
                    offset + done
                )
                if wrote >= 0 {
                    done += wrote
                } else if !SystemFailure.last.isInterruption {
                    throw SystemFailure.last.diagnostic("write", at: path)
                }
            }
        }
    }

    /// Reads bytes from `offset` on into a part of `bytes`.
    func read(into bytes: inout MutableSpan<UInt8>, part: Range<Int>, at offset: Int) throws(Diagnostic) {
        try bytes.withUnsafeMutableBytes { (whole) throws(Diagnostic) in
            let buffer = UnsafeMutableRawBufferPointer(rebasing: whole[part])
            var done = 0
            while done < buffer.count {
                let got = pread(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done, offset + done)
                if got > 0 {
                    done += got
                } else if got == 0 {
                    throw Diagnostic(
                        "file.read",
                        message: "a temporary file is shorter than what was written to it",
                        category: .environment,
                        at: .file(path)
                    )
                } else if !SystemFailure.last.isInterruption {
                    throw SystemFailure.last.diagnostic("read", at: path)
                }
            }
        }
    }

    /// Frees the file's disk space.
    func removeAll() throws(Diagnostic) {
        guard ftruncate(descriptor, 0) == 0 else { throw SystemFailure.last.diagnostic("write", at: path) }
    }
}
