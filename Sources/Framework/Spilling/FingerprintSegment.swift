internal import Glibc

/// A part of a set of fingerprints: a hash table.
///
///     slots      ·  f₃  ·  f₁  f₂  ·       from the slot that the lower half states, to the next free one
struct FingerprintSegment: Sendable {
    private var memory = Memory(count: 256)
    private var count = 0

    /// The size of its slots in bytes.
    var bytes: Int { memory.slots.count * MemoryLayout<Fingerprint>.stride }

    /// Where the search for a fingerprint begins.
    @inline(__always)
    private func start(of print: Fingerprint) -> Int {
        Int(truncatingIfNeeded: UInt64(truncatingIfNeeded: memory.slots.count).multipliedFullWidth(by: print.low).high)
    }

    /// Some bits of the first slot that a search reads.
    @inline(__always)
    func firstRead(for print: Fingerprint) -> UInt64 { memory.slots[start(of: print)].low }

    /// The free slot for a fingerprint; nil if it is in the table.
    @inline(__always)
    func freeSlot(for print: Fingerprint) -> Int? {
        let slots = memory.slots
        var place = start(of: print)
        while true {
            let found = slots[place]
            if found == print { return nil }
            if !found.isStored { return place }
            place &+= 1
            if place == slots.count { place = 0 }
        }
    }

    /// Puts a fingerprint into the free slot for it.
    @inline(__always)
    mutating func put(_ print: Fingerprint, at place: Int) {
        if !isKnownUniquelyReferenced(&memory) { memory = memory.copy() }
        memory.slots[place] = print
        count &+= 1
        if count &* 5 > memory.slots.count &* 4 { grow() }
    }

    private mutating func grow() {
        var larger = FingerprintSegment()
        larger.memory = Memory(count: memory.slots.count / 4 * 5)
        for print in memory.slots where print.isStored {
            if let place = larger.freeSlot(for: print) { larger.memory.slots[place] = print }
        }
        larger.count = count
        self = larger
    }

    /// Slots of their own pages, which go back to the system when the table has moved to larger ones: in the heap, the
    /// holes that they leave would add up.
    private final class Memory: @unchecked Sendable {
        // Sendable: only the one holder of an object writes (`put`).
        let slots: UnsafeMutableBufferPointer<Fingerprint>

        /// Free slots.
        init(count: Int) {
            let size = count * MemoryLayout<Fingerprint>.stride
            let address = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            guard let address, address != MAP_FAILED else { fatalError("there is no memory for more keys") }
            slots = UnsafeMutableBufferPointer(
                start: address.bindMemory(to: Fingerprint.self, capacity: count),
                count: count
            )
        }

        deinit { munmap(slots.baseAddress, slots.count * MemoryLayout<Fingerprint>.stride) }

        func copy() -> Memory {
            let copy = Memory(count: slots.count)
            _ = copy.slots.update(fromContentsOf: slots)
            return copy
        }
    }
}
