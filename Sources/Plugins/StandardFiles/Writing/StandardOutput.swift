internal import Glibc
internal import PluginKit

/// Standard output as the destination of a sink.
final class StandardOutput: Sendable {
    private let descriptor: Int32
    /// How many bytes have left.
    private let count = Locked(0)

    /// - Parameter descriptor: The descriptor; tests have their own.
    init(descriptor: Int32 = 1) { self.descriptor = descriptor }

    /// Writes bytes that begin at an offset of all the bytes of a run; those that have left already are not repeated.
    ///
    /// - Returns: The offset after the last byte.
    /// - Throws: `file.output-closed` if its reader has ended; `file.write`; a `CancellationError` if the run is stopped.
    func write(_ bytes: Span<UInt8>, at offset: Int) throws -> Int {
        let end = offset + bytes.count
        let done = count.withLock { $0 }
        precondition(offset <= done, "bytes before these have not been written")
        if done < end {
            try bytes.extracting((done - offset)...).withUnsafeBytes { rest in
                try Self.write(rest, to: descriptor) { count in self.count.withLock { $0 += count } }
            }
        }
        return end
    }

    /// Copies the beginning of a file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - bytes: How many bytes of it.
    /// - Throws: `file.shorter` if it has fewer; what `write` throws.
    func copy(_ path: String, bytes: Int) throws {
        let file = try InputFile(path)
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        var offset = 0
        while offset < bytes {
            let got = min(try file.readChunk(&chunk, at: offset), bytes - offset)
            guard got > 0 else { throw FileSystem.isShorter(path, bytes: offset, than: bytes) }
            try chunk.withUnsafeBytes { chunk in
                try Self.write(UnsafeRawBufferPointer(rebasing: chunk[..<got]), to: descriptor) { _ in }
            }
            offset += got
        }
    }

    /// Writes bytes, and looks in between whether the run is stopped: a reader may take as long as it likes.
    private static func write(
        _ bytes: UnsafeRawBufferPointer,
        to descriptor: Int32,
        note: (Int) -> Void
    ) throws {
        var status = stat()
        let isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        var done = 0
        while done < bytes.count {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            if !isFile, poll(&waiting, 1, 100) == 0 {
                try Task.checkCancellation()
                continue
            }
            // A pipe that is ready accepts that much without waiting.
            let most = isFile ? bytes.count - done : min(bytes.count - done, Int(PIPE_BUF))
            let wrote = Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, most)
            if wrote < 0 {
                let number = errno
                if number == EINTR || number == EAGAIN { continue }
                if number == EPIPE { throw closed }
                throw SystemFailure(number: number).diagnostic("write", at: "standard output")
            }
            done += wrote
            note(wrote)
        }
    }

    private static var closed: Diagnostic {
        Diagnostic(
            "file.output-closed",
            message: "the program that reads standard output has ended before it received all records",
            category: .environment,
            hint: "let it read to the end; or write to a file"
        )
    }
}
