public import Diagnostics

/// Bytes that come one piece after the other: a file, an entry of an archive, a body.
public protocol ByteInput {
    /// Fills `buffer` as far as the next piece goes and returns how many bytes that were; 0 is the end.
    ///
    /// - Throws: what stands in the way: a damaged archive, a disk that cannot be read.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(Diagnostic) -> Int
}

/// Bytes that can be read at any place: a file on a disk.
public protocol RandomAccessBytes: Sendable {
    /// How many bytes there are.
    var count: Int { get }

    /// Fills `buffer` with the bytes from `offset` on and returns how many that were; fewer than asked for only at
    /// the end.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(Diagnostic) -> Int
}
