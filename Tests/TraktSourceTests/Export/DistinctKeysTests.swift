import PluginTestKit
import TestTags
import Testing

@testable import TraktSource

@Suite(.tags(.fuzz)) struct DistinctKeysTests {
    @Test func `nothing counts as nothing`() {
        var keys = DistinctKeys()
        #expect(keys.count() == 0)
        keys.add([])
        #expect(keys.count() == 0)
    }

    @Test func `the smallest and the largest numbers are counted`() {
        var keys = DistinctKeys()
        keys.add([.max, 0, 1, .max - 1, 0, .max, 1 << 63])
        #expect(keys.count() == 5)
        keys.add([0, 127, 128, 1 << 63])
        #expect(keys.count() == 7)
    }

    @Test(arguments: [UInt64(1), 40, 5_000, 300_000, .max], [1, 250, 70_000])
    func `as many are counted as a set has, in whatever pieces they come`(range: UInt64, piece: Int) {
        var chance = SplitMix(state: range ^ UInt64(piece))
        var keys = DistinctKeys()
        var model: Set<UInt64> = []
        var added = 0
        while added < (piece == 1 ? 2_000 : 210_000) {
            let more = (0..<piece).map { _ in chance.next() % range }
            keys.add(more)
            model.formUnion(more)
            added += piece
        }
        #expect(keys.count() == model.count)
        keys.add(Array(model.prefix(1000)))
        #expect(keys.count() == model.count)
    }
}

/// Numbers from a seed.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
