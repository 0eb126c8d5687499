/// Identifies a question whose answer may be cached, in 128 bits; equal keys have equal answers.
///
/// It is the first half of a SHA-256 digest, so it may be stored in a file or sent to a server whatever it was made
/// from.
public struct CacheKey: Sendable, Hashable {
    /// The first 64 bits.
    public let high: UInt64
    /// The other 64 bits.
    public let low: UInt64

    /// Creates a key from its two halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The first half of the SHA-256 digest of one text.
    public init(_ text: String) {
        var digest = CacheKeyDigest()
        digest.add(text)
        self = digest.key
    }

    /// The key as 32 hexadecimal digits.
    public var text: String { Self.hex(high) + Self.hex(low) }

    private static func hex(_ number: UInt64) -> String {
        let hex = String(number, radix: 16)
        return String(repeating: "0", count: 16 - hex.count) + hex
    }

    /// The bits of a key are uniformly distributed, so one half is enough.
    public func hash(into hasher: inout Hasher) { hasher.combine(low) }
}

/// Makes a key from everything on which an answer depends.
///
/// Copies are independent: what many keys have in common is added once.
public struct CacheKeyDigest: Sendable {
    private var digest = SHA256()

    /// Creates an empty digest.
    public init() {}

    /// The key of everything added so far.
    public var key: CacheKey {
        let value = digest.value
        return CacheKey(high: value.0, low: value.1)
    }

    /// Adds the UTF-8 bytes of a text, preceded by their number.
    public mutating func add(_ text: String) { add(Array(text.utf8)) }

    /// Adds bytes.
    ///
    /// They are preceded by their count, so that "ab" + "c" differs from "a" + "bc".
    public mutating func add(_ bytes: [UInt8]) {
        withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { digest.update($0) }
        digest.update(bytes.span)
    }
}
