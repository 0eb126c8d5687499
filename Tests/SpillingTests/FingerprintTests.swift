import Diagnostics
import PluginKit
import PluginTestKit
import Testing

@testable import Spilling

@Suite struct FingerprintTests {
    private static let schema: Schema = ["key": .text]
    private static let order = SortOrder([Field(index: 0, kind: .text)])

    /// The keys of texts; nil is a null.
    private func keys(_ texts: [String?]) -> SortKeys {
        SortKeys(Self.order, of: Batch(Self.schema, records: texts.map { [$0.map(Value.text) ?? .null] }))
    }

    // Results of the authors' reference code for the key 00 01 … 0F and the bytes 00 01 ….
    @Test(
        arguments: [
            (0, 0xE6A8_25BA_047F_81A3, 0x9302_55C7_1472_F66D), (1, 0x44AF_996B_D8C1_87DA, 0x45FC_229B_1159_7634),
        ] as [(UInt8, UInt64, UInt64)]
    )
    func `a fingerprint is that of the reference code`(length: UInt8, low: UInt64, high: UInt64) {
        let key = Fingerprint.Key(low: 0x0706_0504_0302_0100, high: 0x0F0E_0D0C_0B0A_0908)
        #expect(Fingerprint(of: Array(0..<length).span, key: key) == Fingerprint(low: low, high: high))
    }

    @Test func `every byte and the length count`() {
        let key = Fingerprint.Key(low: 1, high: 2)
        var seen: Set<Fingerprint> = []
        for length in 0..<40 {
            seen.insert(Fingerprint(of: [UInt8](repeating: 0, count: length).span, key: key))
            for place in 0..<length {
                var bytes = [UInt8](repeating: 0, count: length)
                bytes[place] = 1
                seen.insert(Fingerprint(of: bytes.span, key: key))
            }
        }
        #expect(seen.count == 40 + 39 * 40 / 2)
        let bytes: [UInt8] = [1]
        #expect(
            Fingerprint(of: bytes.span, key: key) != Fingerprint(of: bytes.span, key: Fingerprint.Key(low: 1, high: 3))
        )
    }

    @Test func `a set knows what it has met, and nothing new once it is full`() throws {
        var set = FingerprintSet(memory: 2 * FingerprintSet.bytesOfKey, in: SpillFolder(temporary: "/tmp"))
        #expect(
            try set.meet(keys(["a", nil, "a", "b", "c", "b", "c"])) == [
                .new, .none, .known, .new, .unknown, .known, .unknown,
            ]
        )
        #expect(set.count == 2 && set.isFull)
    }

    @Test(arguments: [1_000, 30_000]) func `a restored set is the same`(count: Int) throws {
        let folder = try TemporaryFolder(.inMemory)
        let files = SpillFolder(folder.path, prefix: "keys")
        var set = FingerprintSet(memory: count * FingerprintSet.bytesOfKey, in: files)
        let texts = (0..<count).map { "key \($0 * 7 % count)" }
        #expect(try set.meet(keys(texts)).allSatisfy { $0 == .new })
        var writer = StateWriter()
        try set.store(to: &writer)
        var reader = StateReader(writer.bytes)
        var restored = try FingerprintSet(memory: count * FingerprintSet.bytesOfKey, in: files, from: &reader)
        #expect(restored.count == count)
        #expect(try restored.meet(keys(texts + ["new"])) == texts.map { _ in .known } + [.unknown])
        #expect(restored.isFull)
    }

    @Test func `a copy of a set does not change with it`() throws {
        var set = FingerprintSet(memory: 1 << 20, in: SpillFolder(temporary: "/tmp"))
        _ = try set.meet(keys(["a"]))
        var copy = set
        #expect(try copy.meet(keys((0..<2_000).map { "\($0)" })).allSatisfy { $0 == .new })
        #expect(try set.meet(keys(["a", "1"])) == [.known, .new])
    }

    @Test(arguments: [0, 7, 8, 100]) func `a file of fingerprints that has changed is refused`(place: Int) throws {
        let folder = try TemporaryFolder()
        let files = SpillFolder(folder.path, prefix: "keys")
        var set = FingerprintSet(memory: 1 << 20, in: files)
        _ = try set.meet(keys((0..<10).map { "\($0)" }))
        var writer = StateWriter()
        try set.store(to: &writer)
        var bytes = try folder.bytes(of: "keys-1")
        bytes[place] ^= 1
        try folder.write(bytes, to: "keys-1")
        var reader = StateReader(writer.bytes)
        #expect(throws: Diagnostic.self) { _ = try FingerprintSet(memory: 1 << 20, in: files, from: &reader) }
    }
}
