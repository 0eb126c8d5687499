public import Diagnostics
internal import Glibc
internal import Synchronization

/// A file of a transform's memory or table: bytes are appended to it and read back, none is changed.
///
/// So its name and its length are all that a checkpoint has to hold of it. When it is no longer referred to, it is
/// deleted as soon as no checkpoint names it.
public final class SpillFile: Sendable {
    /// What it is called in its folder.
    package let name: String
    /// Where it is; a file without a name has a path for messages only.
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
    }

    deinit {
        close(descriptor)
        folder.release(name)
    }

    /// How many bytes it has.
    public var count: Int { length.load(ordering: .acquiring) }

    /// Appends bytes; one call at a time.
    ///
    /// - Parameter bytes: What to append.
    /// - Returns: Where they begin, in bytes from the start of the file.
    /// - Throws: `file.disk-full` or `file.write`, with the path.
    @discardableResult
    public func append(_ bytes: Span<UInt8>) throws(Diagnostic) -> Int {
        let start = count
        guard !bytes.isEmpty else { return start }
        try OpenFile.write(bytes, at: start, to: descriptor, path: path, shownAs: path)
        length.store(start + bytes.count, ordering: .releasing)
        return start
    }

    /// The bytes of a part of the file.
    ///
    /// - Parameter part: Which, in bytes from the start.
    /// - Returns: The bytes.
    /// - Throws: `file.shorter` if the file does not have them: another program has changed it; `file.read`.
    public func read(_ part: Range<Int>) throws(Diagnostic) -> [UInt8] {
        var bytes: [UInt8] = []
        try read(part, into: &bytes)
        return bytes
    }

    /// Puts the bytes of a part of the file in place of those of an array, whose room is used again.
    ///
    /// - Parameters:
    ///   - part: Which, in bytes from the start.
    ///   - bytes: Where to.
    /// - Throws: `file.shorter` if the file does not have them: another program has changed it; `file.read`.
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

    /// Writes into a checkpoint which file it is and how many bytes it has.
    ///
    /// They are on the disk before the checkpoint is.
    public func store(to writer: inout StateWriter) {
        name.write(to: &writer)
        count.write(to: &writer)
        folder.note(self)
    }
}
