import StandardCache
import Testing

@Suite struct EntryFormTests {
    private static let answer = CacheEntry(
        (0..<3000).map { UInt8(truncatingIfNeeded: $0 % 7) },
        storedAt: -5,
        freshUntil: 1_700_000_000_000,
        usableUntil: .max,
        keptUntil: .max
    )
    private static let failure = CacheEntry([1, 2, 3], isFailure: true, storedAt: 4, freshUntil: 9)

    @Test(arguments: [answer, failure, CacheEntry([])], [false, true])
    func `an entry that was turned into bytes and back is the same entry`(entry: CacheEntry, packs: Bool) {
        #expect(EntryForm.entry(from: EntryForm(packs: packs).bytes(of: entry)) == entry)
    }

    @Test func `packing makes it shorter, and only where it does`() {
        let plain = EntryForm(packs: false).bytes(of: Self.answer)
        #expect(plain.count > 3000)
        #expect(EntryForm(packs: true).bytes(of: Self.answer).count < 200)
        #expect(EntryForm(packs: true).bytes(of: Self.failure) == EntryForm(packs: false).bytes(of: Self.failure))
    }

    @Test(arguments: [false, true])
    func `an answer that is larger than there may be is no entry`(packs: Bool) {
        let bytes = EntryForm(packs: packs).bytes(of: Self.answer)
        #expect(EntryForm.entry(from: bytes, atMost: 3000) == Self.answer)
        #expect(EntryForm.entry(from: bytes, atMost: 2999) == nil)
    }

    @Test(arguments: [false, true])
    func `bytes that were damaged or cut are no entry`(packs: Bool) {
        let bytes = EntryForm(packs: packs).bytes(of: Self.answer)
        for place in stride(from: 0, to: bytes.count, by: 13) {
            var damaged = bytes
            damaged[place] ^= 0x10
            #expect(EntryForm.entry(from: damaged) == nil)
            #expect(EntryForm.entry(from: Array(bytes[..<place])) == nil)
        }
    }
}
