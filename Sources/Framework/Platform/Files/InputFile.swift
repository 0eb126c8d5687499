public import Diagnostics
internal import Glibc

/// A file to read, at any offset or from start to end.
public final class InputFile: RandomAccessBytes {
    /// The path with which the file was opened.
    public let path: String
    /// Its size in bytes when it was opened.
    public let count: Int
    private let descriptor: Int32

    /// Opens a regular file; never blocks.
    ///
    /// - Throws: `file.missing`, `file.permission`, `file.folder`, with the path; `file.not-regular` for a FIFO, a
    ///   socket or a device, including the one that a shell passes as `/dev/fd/63`: a file is read at any offset, and
    ///   more than once; `option.home` for a path that begins with `~`.
    public init(_ path: String) throws(Diagnostic) {
        try HomePath.check(path, at: .file(path))
        // Examined before it is opened, since opening a device may have an effect and opening a FIFO waits for its
        // writer; and again afterwards, since it may have been replaced.
        if let special = SpecialFile(at: path) { throw special.refusal(path) }
        let opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard opened >= 0 else { throw SystemFailure.last.diagnostic("read", at: path) }
        var status = stat()
        guard fstat(opened, &status) == 0 else {
            let failure = SystemFailure.last
            close(opened)
            throw failure.diagnostic("read", at: path)
        }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            close(opened)
            throw Diagnostic(
                "file.folder",
                message: "this is a folder, not a file",
                category: .environment,
                at: .file(path)
            )
        }
        if let special = SpecialFile(mode: status.st_mode) {
            close(opened)
            throw special.refusal(path)
        }
        descriptor = opened
        self.path = path
        count = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// Reads bytes from an offset on into `buffer` and returns how many.
    public func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(Diagnostic) -> Int {
        var filled = 0
        while filled < buffer.count {
            let got = pread(
                descriptor,
                buffer.baseAddress?.advanced(by: filled),
                buffer.count - filled,
                off_t(offset + filled)
            )
            if got == 0 { break }
            if got > 0 {
                filled += got
            } else if !SystemFailure.last.isInterruption {
                throw SystemFailure.last.diagnostic("read", at: path)
            }
        }
        return filled
    }

    /// Reads the whole file.
    ///
    /// - Throws: `file.too-large` if it has more than `limit` bytes.
    public func readAll(atMost limit: Int) throws(Diagnostic) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(max(count, 1), 1 << 16) + 1)
        while true {
            let offset = bytes.count
            let got = try readChunk(&chunk, at: offset)
            if got == 0 { return bytes }
            bytes += chunk[..<got]
            guard bytes.count <= limit else {
                throw Diagnostic(
                    "file.too-large",
                    message: "the file has more than \(limit) bytes",
                    category: .environment,
                    at: .file(path)
                )
            }
        }
    }

    /// Reads bytes from an offset on into an array of the requested size and returns how many.
    public func readChunk(_ chunk: inout [UInt8], at offset: Int) throws(Diagnostic) -> Int {
        var result: Result<Int, Diagnostic> = .success(0)
        chunk.withUnsafeMutableBytes { buffer in
            do throws(Diagnostic) {
                result = .success(try read(at: offset, into: buffer))
            } catch {
                result = .failure(error)
            }
        }
        return try result.get()
    }

    /// The file for reading from start to end.
    public var bytes: FileInput { FileInput(self) }
}

/// Reads a file from start to end.
public struct FileInput: ByteInput {
    private let file: InputFile
    private var offset = 0

    fileprivate init(_ file: InputFile) { self.file = file }

    /// The size of the file in bytes when it was opened.
    public var count: Int { file.count }

    /// Reads the next bytes into `buffer` and returns how many; 0 at the end.
    public mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(Diagnostic) -> Int {
        let got = try file.read(at: offset, into: buffer)
        offset += got
        return got
    }
}
