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

/// Bytes in memory, such as the body of an answer, as an input.
public struct BytesInput: ByteInput, Sendable {
    private let bytes: [UInt8]
    private var place = 0

    /// The bytes, from their beginning.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Copies the next bytes into `buffer` and returns how many; 0 is the end.
    public mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, bytes.count - place)
        guard count > 0 else { return 0 }
        bytes.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[place..<place + count])) }
        place += count
        return count
    }
}
