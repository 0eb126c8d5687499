/// One part of a key in the document: `a` and `"b"` in `a."b" = 1`.
struct KeyToken {
    /// The start of its text, after the quote if there is one.
    let start: Int
    /// The length of its text in the document in bytes.
    let length: Int
    /// Whether it is in quotes.
    let isQuoted: Bool
    /// Whether its bytes have to be decoded to get its text.
    let hasEscapes: Bool

    /// Its range, including quotes.
    var offsets: Range<Int> {
        isQuoted ? start - 1..<start + length + 1 : start..<start + length
    }

    /// Whether two keys are equal byte by byte: `a`, `"a"` and `"\u0061"` are, é composed and decomposed are not.
    @inline(__always)
    func matches(_ other: KeyToken, in bytes: Span<UInt8>) -> Bool {
        if hasEscapes || other.hasEscapes { return matchesDecoded(other, in: bytes) }
        guard length == other.length else { return false }
        var index = 0
        while index < length {
            guard bytes[start &+ index] == bytes[other.start &+ index] else { return false }
            index &+= 1
        }
        return true
    }

    /// Decodes while it compares, so that the cost is that of the shorter key.
    private func matchesDecoded(_ other: KeyToken, in bytes: Span<UInt8>) -> Bool {
        var left = EscapedBytes(self)
        var right = EscapedBytes(other)
        while true {
            let one = left.next(in: bytes)
            guard one == right.next(in: bytes) else { return false }
            if one == nil { return true }
        }
    }

    /// The key's text as bytes.
    func decoded(from bytes: Span<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(length)
        var rest = EscapedBytes(self)
        while let byte = rest.next(in: bytes) { text.append(byte) }
        return text
    }
}

/// The bytes of a key's text in sequence, with escapes resolved.
private struct EscapedBytes {
    private var offset: Int
    private let end: Int
    private let hasEscapes: Bool
    /// The remaining bytes of an escape, the next one lowest, and their number.
    private var pending: UInt32 = 0
    private var pendingCount = 0

    init(_ key: KeyToken) {
        offset = key.start
        end = key.start + key.length
        hasEscapes = key.hasEscapes
    }

    mutating func next(in bytes: Span<UInt8>) -> UInt8? {
        if pendingCount > 0 {
            let byte = UInt8(truncatingIfNeeded: pending)
            pending >>= 8
            pendingCount -= 1
            return byte
        }
        guard offset < end else { return nil }
        let byte = bytes[offset]
        guard hasEscapes, byte == UInt8(ascii: "\\") else {
            offset += 1
            return byte
        }
        let escape = Escape(at: offset, in: bytes)
        offset += escape.length
        guard let scalar = escape.scalar else { return next(in: bytes) }
        pending = 0
        for byte in scalar.utf8.reversed() { pending = pending << 8 | UInt32(byte) }
        pendingCount = scalar.utf8.count
        return next(in: bytes)
    }
}
