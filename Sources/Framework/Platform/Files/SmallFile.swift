internal import Diagnostics
internal import Glibc

/// Files of a few lines, such as those of `/proc`, which report no size.
package enum SmallFile {
    /// At most this many bytes are read.
    private static let limit = 4096

    /// The contents of a file.
    package static func text(of path: String) throws(Diagnostic) -> String {
        // Opening a FIFO would otherwise block.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw SystemFailure.last.diagnostic("read", at: path) }
        defer { close(descriptor) }
        return try text(of: descriptor, path: path)
    }

    /// The contents of an open file.
    package static func text(of descriptor: Int32, path: String) throws(Diagnostic) -> String {
        var buffer = [UInt8](repeating: 0, count: limit)
        let count = pread(descriptor, &buffer, limit, 0)
        guard count >= 0 else { throw SystemFailure.last.diagnostic("read", at: path) }
        return String(decoding: buffer[..<count], as: UTF8.self)
    }

    /// Replaces the contents of an open file.
    package static func replace(_ descriptor: Int32, with text: String, path: String) throws(Diagnostic) {
        let bytes = Array(text.utf8)
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else {
            throw SystemFailure.last.diagnostic("write", at: path)
        }
    }
}
