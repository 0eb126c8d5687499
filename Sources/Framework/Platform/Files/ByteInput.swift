public import Diagnostics

/// Bytes that are read in sequence: a file, an entry of an archive, a body.
public protocol ByteInput {
    /// Reads the next bytes into `buffer` and returns how many; 0 at the end. It may fill only a part of the buffer.
    ///
    /// - Throws: Why the bytes cannot be read: a damaged archive, an unreadable disk.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(Diagnostic) -> Int
}

/// Bytes that can be read at any offset: a file on a disk.
public protocol RandomAccessBytes: Sendable {
    /// The number of bytes.
    var count: Int { get }

    /// Reads bytes from `offset` on into `buffer` and returns how many; fewer than requested only at the end.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(Diagnostic) -> Int
}
