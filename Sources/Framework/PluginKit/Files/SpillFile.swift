public import Diagnostics
internal import Glibc
internal import Synchronization

/// An append-only file of a transform's memory or table.
///
/// Bytes are never changed once written, so a checkpoint only stores the file's name and length. When the object is
/// released, the file is deleted as soon as no checkpoint names it.
public final class SpillFile: Sendable {
    /// Its name in its folder.
    package let name: String
    /// Its path; for messages only if the file has no name.
    package let path: String
    private let descriptor: Int32
    private let length: Atomic<Int>
    private let folder: SpillFolder

    init(_ name: String, at path: String, descriptor: Int32, bytes: Int, in folder: SpillFolder) {
        self.name = name
        self.path = path
        self.descriptor = descriptor
        length = Atomic(bytes)
        self.folder = folder
        folder.note(files: 1, bytes: bytes)
    }

    deinit {
        close(descriptor)
        folder.note(files: -1, bytes: -count)
        folder.release(name)
    }

    /// The length of the file in bytes.
    public var count: Int { length.load(ordering: .acquiring) }

    /// Appends bytes.
    ///
    /// Calls must not overlap.
    ///
    /// - Parameter bytes: What to append.
    /// - Returns: The offset of the first byte appended, from the start of the file.
    /// - Throws: `file.disk-full` or `file.write`, with the path.
    @discardableResult
    public func append(_ bytes: Span<UInt8>) throws(Diagnostic) -> Int {
        let start = count
        guard !bytes.isEmpty else { return start }
        try OpenFile.write(bytes, at: start, to: descriptor, path: path, shownAs: path)
        length.store(start + bytes.count, ordering: .releasing)
        folder.note(bytes: bytes.count)
        return start
    }

    /// Reads a part of the file.
    ///
    /// - Parameter part: The range, in bytes from the start.
    /// - Returns: The bytes.
    /// - Throws: `file.shorter` if the file ends before the range does, because another program has changed it;
    ///   `file.read`.
    public func read(_ part: Range<Int>) throws(Diagnostic) -> [UInt8] {
        var bytes: [UInt8] = []
        try read(part, into: &bytes)
        return bytes
    }

    /// Reads a part of the file into an array and reuses its storage.
    ///
    /// - Parameters:
    ///   - part: The range, in bytes from the start.
    ///   - bytes: The array whose contents are replaced.
    /// - Throws: `file.shorter` if the file ends before the range does, because another program has changed it;
    ///   `file.read`.
    public func read(_ part: Range<Int>, into bytes: inout [UInt8]) throws(Diagnostic) {
        bytes.removeAll(keepingCapacity: true)
        guard !part.isEmpty else { return }
        var failure: Diagnostic?
        bytes.append(addingCapacity: part.count) { output in
            output.withUnsafeMutableBufferPointer { buffer, initialized in
                while initialized < part.count, failure == nil {
                    let got = pread(
                        descriptor,
                        buffer.baseAddress.map { $0 + initialized },
                        part.count - initialized,
                        off_t(part.lowerBound + initialized)
                    )
                    if got > 0 {
                        initialized += got
                    } else if got == 0 {
                        failure = FileSystem.isShorter(
                            path,
                            bytes: part.lowerBound + initialized,
                            than: part.upperBound
                        )
                    } else if !SystemFailure.last.isInterruption {
                        failure = SystemFailure.last.diagnostic("read", at: path)
                    }
                }
            }
        }
        if let failure { throw failure }
    }

    /// Writes the file's name and length into a checkpoint.
    ///
    /// The engine syncs those bytes to the disk before it stores the checkpoint.
    public func store(to writer: inout StateWriter) {
        name.write(to: &writer)
        count.write(to: &writer)
        folder.note(self)
    }
}
