/// What an answer is the answer to, in 128 bits; equal keys have equal answers.
///
/// It is a digest (SHA-256, its first half), so it may be kept in a file or sent to a server whatever it was made from.
public struct CacheKey: Sendable, Hashable {
    /// The first 64 bits.
    public let high: UInt64
    /// The other 64 bits.
    public let low: UInt64

    /// A key that was made before.
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

    /// Every bit of a key is as good as chance, so one half does.
    public func hash(into hasher: inout Hasher) { hasher.combine(low) }
}

/// Makes a key out of everything that an answer depends on.
///
/// A copy goes on by itself: what many keys have in common is added once.
public struct CacheKeyDigest: Sendable {
    private var digest = SHA256()

    /// A digest of nothing yet.
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
    /// Their count goes first, so that "ab" + "c" is not "a" + "bc".
    public mutating func add(_ bytes: [UInt8]) {
        withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { digest.update($0) }
        digest.update(bytes.span)
    }
}
