/// Checks whether bytes are UTF-8 (RFC 3629), sixteen at a time where they are ASCII.
enum UTF8Validity {
    /// Finds the first byte that does not belong to a valid character; nil if all do.
    ///
    /// - Parameters:
    ///   - bytes: The text; sixteen bytes after its end can be read.
    ///   - range: Where the text lies.
    /// - Returns: The place, in `bytes`.
    static func firstInvalid(in bytes: UnsafePointer<UInt8>, _ range: Range<Int>) -> Int? {
        let raw = UnsafeRawPointer(bytes)
        let end = range.upperBound
        var p = range.lowerBound
        while p < end {
            let low = raw.loadUnaligned(fromByteOffset: p, as: UInt64.self)
            let high = raw.loadUnaligned(fromByteOffset: p &+ 8, as: UInt64.self)
            if (low | high) & 0x8080_8080_8080_8080 == 0 {
                p &+= 16
                continue
            }
            let first = low & 0x8080_8080_8080_8080
            p &+=
                first != 0
                ? first.littleEndian.trailingZeroBitCount &>> 3
                : 8 &+ (high & 0x8080_8080_8080_8080).littleEndian.trailingZeroBitCount &>> 3
            // A text in a script of its own has one character after the other.
            while p < end, bytes[p] >= 0x80 {
                let count = length(bytes + p)
                guard count > 0, p &+ count <= end else { return p }
                p &+= count
            }
        }
        return nil
    }

    /// The length of a character that is not ASCII; 0 if it is not valid.
    @inline(__always)
    private static func length(_ bytes: UnsafePointer<UInt8>) -> Int {
        let (first, second) = (bytes[0], bytes[1])
        switch first {
        case 0xC2...0xDF: return second & 0xC0 == 0x80 ? 2 : 0
        case 0xE0...0xEF:
            // Neither longer than necessary nor a surrogate.
            let isOdd = first == 0xE0 && second < 0xA0 || first == 0xED && second >= 0xA0
            return second & 0xC0 == 0x80 && bytes[2] & 0xC0 == 0x80 && !isOdd ? 3 : 0
        case 0xF0...0xF4:
            let isOdd = first == 0xF0 && second < 0x90 || first == 0xF4 && second >= 0x90
            return second & 0xC0 == 0x80 && bytes[2] & 0xC0 == 0x80 && bytes[3] & 0xC0 == 0x80 && !isOdd ? 4 : 0
        default: return 0
        }
    }
}
