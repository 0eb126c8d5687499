internal import Dispatch
internal import PluginKit

/// Looks through the stored bytes of a file, on a thread of its own.
struct FileScan: Sendable {
    /// What a part of a file has.
    struct Result: Sendable, Hashable {
        /// The digest of its bytes.
        var digest: CacheKey
        /// The number of line ends in it: CR LF, LF, or CR by itself.
        var lines = 0
    }

    private static let queue = DispatchQueue(label: "sprocket.file-scan", attributes: .concurrent)
    private static let pieceSize = 1 << 20

    private let path: String

    init(_ path: String) { self.path = path }

    /// Scans the beginning of the file.
    ///
    /// - Parameters:
    ///   - size: How many bytes; the file must have them.
    ///   - countsLines: Whether the line ends are needed.
    /// - Returns: What they have; nil if there are fewer.
    /// - Throws: `file.missing` and the like; `CancellationError`.
    func beginning(_ size: Int, countsLines: Bool) async throws -> Result? {
        let path = path
        let isCancelled = Locked(false)
        return try await withTaskCancellationHandler {
            try await Self.queue.result { () throws -> Result? in
                let file = try InputFile(path)
                let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 16)
                defer { piece.deallocate() }
                var digest = ContentDigest()
                var lines = LineCounter()
                var done = 0
                while done < size {
                    if isCancelled.withLock({ $0 }) { throw CancellationError() }
                    let room = UnsafeMutableRawBufferPointer(rebasing: piece[..<min(piece.count, size - done)])
                    let got = try file.read(at: done, into: room)
                    guard got > 0 else { return nil }
                    let bytes = UnsafeRawBufferPointer(rebasing: piece[..<got])
                    digest.update(bytes)
                    if countsLines { lines.add(bytes) }
                    done += got
                }
                return Result(digest: digest.value, lines: lines.count)
            }
        } onCancel: {
            isCancelled.withLock { $0 = true }
        }
    }

    /// Whether an offset is within a line: neither side of it is a line end.
    ///
    /// - Throws: `file.missing` and the like.
    func isInsideLine(_ offset: Int) throws(Diagnostic) -> Bool {
        guard offset > 0 else { return false }
        var around: [UInt8] = [0, 0]
        guard try InputFile(path).readChunk(&around, at: offset - 1) == 2 else { return false }
        return !around.contains(UInt8(ascii: "\n")) && !around.contains(UInt8(ascii: "\r"))
    }

    /// Where the last line begins that has no line end; `size` if the last line has one.
    ///
    /// - Parameter size: The number of bytes of the file.
    /// - Returns: The offset.
    /// - Throws: `file.missing` and the like.
    func endOfLines(_ size: Int) throws(Diagnostic) -> Int {
        let file = try InputFile(path)
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        var end = size
        while end > 0 {
            let start = max(end - piece.count, 0)
            let got = min(try file.readChunk(&piece, at: start), end - start)
            if let last = piece[..<got].lastIndex(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
                return start + last + 1
            }
            end = start
        }
        return 0
    }
}

/// Counts line ends in pieces of a text: CR LF, LF, or CR by itself.
struct LineCounter {
    private(set) var count = 0
    private var endsWithReturn = false

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var last: UInt8 = endsWithReturn ? UInt8(ascii: "\r") : 0
        for byte in bytes {
            if byte == UInt8(ascii: "\r") || (byte == UInt8(ascii: "\n") && last != UInt8(ascii: "\r")) { count += 1 }
            last = byte
        }
        endsWithReturn = last == UInt8(ascii: "\r")
    }
}
