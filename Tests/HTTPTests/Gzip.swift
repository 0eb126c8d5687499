@testable import Formats

/// Packs for the tests.
enum Gzip {
    /// One member (RFC 1952 §2.3).
    static func packed(_ text: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = [31, 139, 8, 0, 0, 0, 0, 0, 0, 255]
        guard var deflater = Deflater(level: 9) else { return [] }
        _ = text.withUnsafeBytes { deflater.deflate($0, isLast: true, to: &bytes) }
        for number in [CRC32(of: text).value, UInt32(truncatingIfNeeded: text.count)] {
            for shift in stride(from: UInt32(0), to: 32, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: number >> shift))
            }
        }
        return bytes
    }
}
