public import Diagnostics

/// The uncompressed bytes of one entry of an archive, in pieces.
///
/// It decompresses directly into the reader's buffer (128 to 256 KiB are fast) and holds 64 KiB itself. The last piece
/// is returned only after the size, the end of the compressed data and the checksum were verified, so a reader that has
/// reached the end has read a valid entry. After an error every further read throws the same error.
public final class ZIPEntryInput: ByteInput {
    private let entry: ZIPEntry
    private let archive: String
    private let bytes: any RandomAccessBytes
    private let inflater: Inflater?
    /// Compressed bytes that were read; those of `unread` are not decompressed yet.
    private let window: UnsafeMutableRawBufferPointer
    private var unread = 0..<0
    /// The offset of the next compressed bytes in the archive.
    private var position: Int
    private let end: Int
    private var produced = 0
    private var crc = CRC32()
    private var isFinished = false
    private var failure: Diagnostic?

    init(_ entry: ZIPEntry, in bytes: any RandomAccessBytes, archive: String) throws(Diagnostic) {
        let header = try ZIPLocalHeader(of: entry, in: bytes, archive: archive)
        var inflater: Inflater?
        if entry.method == .deflate {
            inflater = Inflater()
            guard inflater != nil else {
                throw .zip(
                    "zip.memory",
                    message: "there is not enough memory to unpack the entry",
                    in: archive,
                    entry: entry.name,
                    hint: "close other programs and try again"
                )
            }
        }
        self.entry = entry
        self.archive = archive
        self.bytes = bytes
        self.inflater = inflater
        position = header.dataOffset
        end = header.dataOffset + entry.compressedSize
        window = .allocate(byteCount: entry.method == .deflate ? 65_536 : 0, alignment: 16)
    }

    deinit { window.deallocate() }

    /// Reads the next uncompressed bytes into `buffer`.
    ///
    /// - Parameter buffer: The buffer, of at least one byte.
    /// - Returns: The number of bytes; 0 at the end of a valid entry.
    /// - Throws: `zip.damaged` if the compressed data, the size or the checksum is wrong; `zip.bomb` if there is more
    ///   than the archive declares; and what the archive's bytes throw.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(Diagnostic) -> Int {
        if let failure { throw failure }
        guard !isFinished, !buffer.isEmpty else { return 0 }
        do throws(Diagnostic) {
            let count = try unpack(into: UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(remaining)))
            if remaining == 0 {
                try checkEnd()
                isFinished = true
            }
            return count
        } catch {
            failure = error
            throw error
        }
    }

    private var remaining: Int { entry.uncompressedSize - produced }

    /// Fills all of `buffer`, which is not larger than what remains.
    private func unpack(into buffer: UnsafeMutableRawBufferPointer) throws(Diagnostic) -> Int {
        var filled = 0
        while filled < buffer.count {
            let room = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let count = entry.method == .deflate ? try inflate(into: room) : try copy(into: room)
            crc.update(UnsafeRawBufferPointer(rebasing: room[..<count]))
            filled += count
            produced += count
        }
        return filled
    }

    private func copy(into room: UnsafeMutableRawBufferPointer) throws(Diagnostic) -> Int {
        let count = try bytes.read(at: position, into: room)
        guard count > 0 else { throw shortened() }
        position += count
        return count
    }

    private func inflate(into room: UnsafeMutableRawBufferPointer) throws(Diagnostic) -> Int {
        while true {
            let (count, hasEnded) = try step(into: room)
            if count > 0 { return count }
            if hasEnded { throw damaged("the entry unpacks to \(produced) of \(entry.uncompressedSize) bytes") }
        }
    }

    /// Decompresses what is in the window, refilled if necessary.
    ///
    /// Each call uses bytes, yields bytes, ends, or throws.
    private func step(into room: UnsafeMutableRawBufferPointer) throws(Diagnostic) -> (count: Int, hasEnded: Bool) {
        if unread.isEmpty, position < end {
            let wanted = UnsafeMutableRawBufferPointer(rebasing: window.prefix(end - position))
            let count = try bytes.read(at: position, into: wanted)
            guard count > 0 else { throw shortened() }
            position += count
            unread = 0..<count
        }
        guard let step = inflater?.inflate(UnsafeRawBufferPointer(rebasing: window[unread]), into: room) else {
            return (0, true)
        }
        unread = unread.lowerBound + step.consumed..<unread.upperBound
        switch step.state {
        case .damaged(let reason): throw damaged("the packed data is invalid (\(reason))")
        case .ended: return (step.produced, true)
        case .open: break
        }
        guard step.produced > 0 || step.consumed > 0 else {
            throw damaged("the packed data stops in the middle, after \(produced) of \(entry.uncompressedSize) bytes")
        }
        return (step.produced, false)
    }

    /// Verifies the end: after the declared number of bytes, the compressed data must end and the checksum must be
    /// right.
    private func checkEnd() throws(Diagnostic) {
        if entry.method == .deflate { try checkEndOfStream() }
        guard crc.value == entry.crc32 else {
            throw damaged("the checksum of the unpacked data is wrong, so some of its bytes were changed")
        }
    }

    private func checkEndOfStream() throws(Diagnostic) {
        var hasEnded = false
        while !hasEnded {
            var probe: UInt8 = 0
            let result = withUnsafeMutableBytes(of: &probe) { room in
                Result { () throws(Diagnostic) in try step(into: room) }
            }
            let outcome = try result.get()
            guard outcome.count == 0 else {
                throw .zip(
                    "zip.bomb",
                    message:
                        "the entry unpacks to more than the \(entry.uncompressedSize) bytes that the archive declares",
                    in: archive,
                    entry: entry.name,
                    hint: "archives of services do not do that: make sure that it comes from a trusted source"
                )
            }
            hasEnded = outcome.hasEnded
        }
        guard unread.isEmpty, position == end else {
            throw damaged("the packed data ends \((unread.count + end - position).counted("byte")) early")
        }
    }

    private func damaged(_ message: String) -> Diagnostic {
        .zip("zip.damaged", message: message, in: archive, entry: entry.name)
    }

    private func shortened() -> Diagnostic {
        .zip("zip.truncated", message: "the archive became shorter while it was read", in: archive, entry: entry.name)
    }
}
