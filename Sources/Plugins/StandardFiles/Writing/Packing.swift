internal import Dispatch
internal import Formats
internal import PluginKit

/// How a file is compressed.
struct Packing: Sendable, Hashable {
    /// The format.
    enum Form: Sendable, Hashable { case gzip, zstd }

    let form: Form
    /// From fast to small, as the format counts.
    let level: Int

    /// How much is compressed as one member of a file: members are compressed on all processors, and larger ones
    /// become only a little smaller.
    private static let memberSize = 128 << 10

    /// Loads what compressing needs.
    ///
    /// - Throws: `zstd.unavailable`.
    func prepare() throws(Diagnostic) {
        if form == .zstd { try ZstandardPacker.prepare() }
    }

    /// Compresses bytes as members of a file: each can be unpacked without the others, and together they are a file.
    ///
    /// - Parameter bytes: What to compress, possibly nothing.
    /// - Returns: At least one member.
    /// - Throws: `environment.memory`, `zstd.unavailable`.
    func members(of bytes: Span<UInt8>) throws(Diagnostic) -> [[UInt8]] {
        let count = max((bytes.count + Self.memberSize / 2) / Self.memberSize, 1)
        let members = Locked([Result<[UInt8], Diagnostic>?](repeating: nil, count: count))
        bytes.withUnsafeBytes { bytes in
            // The address, since a pointer cannot be sent to the threads that all end before this function does.
            let start = UInt(bitPattern: bytes.baseAddress)
            let size = bytes.count
            DispatchQueue.concurrentPerform(iterations: count) { index in
                let (first, end) = (size / count * index, index + 1 == count ? size : size / count * (index + 1))
                let part = UnsafeRawBufferPointer(
                    start: UnsafeRawPointer(bitPattern: start).map { $0 + first },
                    count: end - first
                )
                let member = Result { () throws(Diagnostic) in try pack(part) }
                members.withLock { $0[index] = member }
            }
        }
        var packed: [[UInt8]] = []
        for member in members.withLock({ $0 }) { if let member { packed.append(try member.get()) } }
        return packed
    }

    private func pack(_ bytes: UnsafeRawBufferPointer) throws(Diagnostic) -> [UInt8] {
        switch form {
        case .zstd: return try ZstandardPacker.frame(bytes, level: level)
        case .gzip:
            if let member = GzipPacker.member(bytes, level: level) { return member }
            throw Diagnostic(
                "environment.memory",
                message: "there is not enough memory to compress the file",
                category: .environment,
                hint: "close other programs and try again"
            )
        }
    }
}
