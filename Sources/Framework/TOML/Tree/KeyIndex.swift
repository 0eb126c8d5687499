/// Finds a child by its key in tables with many children: one hash table for the whole document, keyed by table and
/// key.
///
/// It uses open addressing. A slot holds a hash of 32 bits above the index of a node; 0 is an empty slot. The hash is
/// seeded with a random number for each document, so colliding keys cannot be chosen in advance.
struct KeyIndex: Sendable {
    private var slots: [UInt64] = []
    private var count = 0
    private let seed = UInt64.random(in: 1...UInt64.max)

    /// The hash of a key in a table.
    func hash(_ key: KeyToken, in table: Int, bytes: Span<UInt8>) -> UInt32 {
        guard key.hasEscapes else { return hash(bytes, at: key.start..<key.start + key.length, in: table) }
        let text = key.decoded(from: bytes)
        return hash(text.span, at: 0..<text.count, in: table)
    }

    /// The hash of the text at `offsets`, as a key in a table.
    func hash(_ bytes: Span<UInt8>, at offsets: Range<Int>, in table: Int) -> UInt32 {
        var hash = seed ^ UInt64(table) &* 0x9E37_79B9_7F4A_7C15
        var offset = offsets.lowerBound
        while offset &+ 8 <= offsets.upperBound {
            hash = Self.mixed(hash, with: bytes.word(at: offset))
            offset &+= 8
        }
        var rest: UInt64 = 0
        while offset < offsets.upperBound {
            rest = rest << 8 | UInt64(bytes[offset])
            offset &+= 1
        }
        hash = Self.mixed(Self.mixed(hash, with: rest), with: UInt64(offsets.count) ^ 0xA076_1D64_78BD_642F)
        return UInt32(truncatingIfNeeded: hash >> 32)
    }

    /// Multiplies to 128 bits and folds.
    @inline(__always)
    private static func mixed(_ hash: UInt64, with word: UInt64) -> UInt64 {
        let product = (hash ^ word).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
        return product.high ^ product.low
    }

    /// The slot at which the search for a hash begins.
    func firstSlot(of hash: UInt32) -> Int { Int(hash) & (slots.count &- 1) }

    /// The next node with this hash, or nil; `slot` is advanced past it, and the key still has to be compared.
    func candidate(_ hash: UInt32, from slot: inout Int) -> Int? {
        guard !slots.isEmpty else { return nil }
        while slots[slot] != 0 {
            let entry = slots[slot]
            slot = (slot &+ 1) & (slots.count &- 1)
            if UInt32(truncatingIfNeeded: entry >> 32) == hash { return Int(entry & 0xFFFF_FFFF) }
        }
        return nil
    }

    /// Adds a node under its hash.
    mutating func insert(_ node: Int, under hash: UInt32) {
        if (count &+ 1) &* 4 > slots.count &* 3 { grow() }
        count &+= 1
        put(UInt64(hash) << 32 | UInt64(node))
    }

    private mutating func put(_ entry: UInt64) {
        var slot = firstSlot(of: UInt32(truncatingIfNeeded: entry >> 32))
        while slots[slot] != 0 { slot = (slot &+ 1) & (slots.count &- 1) }
        slots[slot] = entry
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: max(64, old.count * 2))
        for entry in old where entry != 0 { put(entry) }
    }
}
