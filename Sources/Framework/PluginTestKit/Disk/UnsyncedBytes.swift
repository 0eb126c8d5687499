internal import Diagnostics
internal import Glibc
internal import PluginKit

/// Bytes of a file that were written or truncated, and not synced.
///
///     on the disk    a b c d e f
///     in the file    a b c X Y Z W
///     start                ^        old: d e f
struct UnsyncedBytes: Sendable {
    /// The offset from which the disk may differ from the file.
    private var start: Int
    /// The bytes on the disk from there on.
    private var old: [UInt8] = []

    /// A file whose bytes are all on the disk.
    init(synced count: Int) { start = count }

    /// Whether the disk has the bytes of the file at an offset.
    func isSynced(at offset: Int) -> Bool { offset < start }

    /// Records a change of the file from an offset on.
    ///
    /// - Parameters:
    ///   - offset: The start of the change.
    ///   - bytes: The contents of the file before it.
    mutating func change(from offset: Int, of bytes: [UInt8]) {
        guard isSynced(at: offset) else { return }
        old = bytes[offset..<start] + old
        start = offset
    }

    /// Changes the file to what it may contain after a power cut, and reports how, unless nothing is lost.
    func lose(of path: String, using numbers: inout SeededNumbers) throws -> String? {
        let file = try InputFile(path).readAll(atMost: .max)
        let disk = file[..<min(start, file.count)] + old
        let (left, words) = choose(file, or: Array(disk), using: &numbers)
        guard left != file else { return nil }
        try Self.replace(path, with: left)
        return "\(path) \(words)"
    }

    private func choose(_ file: [UInt8], or disk: [UInt8], using numbers: inout SeededNumbers) -> ([UInt8], String) {
        let end = max(file.count, disk.count)
        let first = numbers.next(in: min(start, end)...end)
        switch numbers.next(below: 4) {
        case 0:
            return (file, "is complete")
        case 1:
            // If the file is shorter, it was truncated, and the truncation did not reach the disk.
            let split = min(first, file.count)
            return (Array(file[..<split] + disk.dropFirst(split)), "has its first \(split) of \(file.count) bytes")
        case 2:
            let last = numbers.next(in: first...end)
            var left = file
            for index in first..<max(first, min(last, file.count)) {
                left[index] = index < disk.count ? disk[index] : 0
            }
            return (left, "has a hole from \(first) to \(last) of \(file.count) bytes")
        default:
            return (disk, "is what it was at the last sync: \(disk.count) of \(file.count) bytes")
        }
    }

    /// Replaces the bytes of a file, which remains the same file.
    private static func replace(_ path: String, with bytes: [UInt8]) throws {
        // A file may have a second name where its lost contents are kept.
        let descriptor = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemFailure.last.diagnostic("write", at: path) }
        defer { close(descriptor) }
        guard bytes.withUnsafeBytes({ Glibc.write(descriptor, $0.baseAddress, $0.count) }) == bytes.count else {
            throw SystemFailure.last.diagnostic("write", at: path)
        }
    }
}
