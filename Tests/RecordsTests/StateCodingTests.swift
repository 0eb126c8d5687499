import Diagnostics
import Records
import PluginTestKit
import TestTags
import Testing

@Suite(.tags(.fuzz)) struct StateCodingTests {
    private func bytes(_ state: some StoredState) -> [UInt8] {
        var writer = StateWriter()
        state.write(to: &writer)
        return writer.bytes
    }

    private func returned<State: StoredState>(_ state: State) throws -> State {
        var reader = StateReader(bytes(state))
        let read = try State(from: &reader)
        #expect(reader.isAtEnd)
        return read
    }

    private func numbers<Number: StoredState & FixedWidthInteger>(_: Number.Type) throws {
        for number in [Number.min, .min + 1, 0, 1, 63, 64, 100, .max - 1, .max] {
            #expect(try returned(number) == number)
        }
    }

    @Test func `every whole number is read back`() throws {
        try numbers(Int.self)
        try numbers(Int8.self)
        try numbers(Int16.self)
        try numbers(Int32.self)
        try numbers(Int64.self)
        try numbers(UInt.self)
        try numbers(UInt8.self)
        try numbers(UInt16.self)
        try numbers(UInt32.self)
        try numbers(UInt64.self)
    }

    // Seven bits a byte, the sign in the lowest: 63 is 126, 64 is 128, -64 is 127.
    @Test(arguments: [(0, [0]), (1, [2]), (-1, [1]), (63, [126]), (-64, [127]), (64, [0x80, 1])])
    func `a small number takes few bytes`(number: Int, expected: [UInt8]) {
        #expect(bytes(number) == expected)
    }

    @Test(arguments: [0, -0.0, 1.5, .infinity, .nan, -.greatestFiniteMagnitude, .leastNonzeroMagnitude])
    func `a real is read back to the bit`(number: Double) throws {
        #expect(try returned(number).bitPattern == number.bitPattern)
        #expect(bytes(number).count == 8)
    }

    @Test func `texts and bytes are read back`() throws {
        for text in ["", "Léon", "\u{0}", "🎬", String(repeating: "x", count: 300)] {
            #expect(try returned(text) == text)
        }
        #expect(bytes("Lé") == [6, 0x4C, 0xC3, 0xA9])
        let all = Array(UInt8.min...UInt8.max)
        #expect(try returned(all) == all)
        // One byte each, and two for their number.
        #expect(bytes(all).count == 258)
        #expect(try returned([UInt8]()) == [])
    }

    @Test func `collections and optionals are read back, one in another too`() throws {
        #expect(try returned([true, false]) == [true, false])
        #expect(try returned([Int]()) == [])
        #expect(try returned(Set(0..<1000)) == Set(0..<1000))
        #expect(try returned(["a": [1, 2], "": []]) == ["a": [1, 2], "": []])
        #expect(try returned(["a": nil, "b": 3.5] as [String: Double?]) == ["a": nil, "b": 3.5])
        #expect(try returned(Int??.some(nil)) == .some(nil))
        #expect(try returned([Set(["x", "y"]), []]) == [["x", "y"], []])
    }

    @Test func `sets and dictionaries are written in the order of their bytes`() {
        #expect(bytes(Set([3, 1, 2])) == [6, 2, 4, 6])
        #expect(bytes(["b": 1, "a": 2, "aa": 3]) == [6, 2, 0x61, 4, 2, 0x62, 2, 4, 0x61, 0x61, 6])
        var grown = Set(0..<500)
        grown.reserveCapacity(10_000)
        #expect(bytes(grown) == bytes(Set((0..<500).reversed())))
    }

    /// Something of the type, or that the bytes are damaged; and what is read can be written and read.
    private func survives<State: StoredState>(_ damaged: [UInt8], as type: State.Type) throws -> Bool {
        var reader = StateReader(damaged)
        let state: State
        do { state = try State(from: &reader) } catch {
            #expect(error.code == "checkpoint.state")
            return false
        }
        let again = bytes(state)
        var second = StateReader(again)
        #expect(bytes(try State(from: &second)) == again)
        return true
    }

    @Test(arguments: 0..<20)
    func `damaged bytes are a value or checkpoint.state`(seed: Int) throws {
        var random = SeededNumbers(seed: UInt64(seed))
        var values = 0
        for _ in 0..<200 {
            // Small bytes make small counts, so that what is inside is read too.
            let most = [3, 40, 255].randomElement(using: &random) ?? 255
            let damaged = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8(Int.random(in: 0...most, using: &random))
            }
            let results = [
                try survives(damaged, as: Int.self), try survives(damaged, as: Int8.self),
                try survives(damaged, as: UInt16.self), try survives(damaged, as: UInt64.self),
                try survives(damaged, as: Bool.self), try survives(damaged, as: Double.self),
                try survives(damaged, as: String.self), try survives(damaged, as: [UInt8].self),
                try survives(damaged, as: [Int].self), try survives(damaged, as: [[String]].self),
                try survives(damaged, as: Set<Int>.self), try survives(damaged, as: [String: [Double?]].self),
                try survives(damaged, as: [Int: Set<String>].self), try survives(damaged, as: [Bool?].self),
            ]
            values += results.count { $0 }
        }
        #expect(values > 0)
    }

    @Test(arguments: [[], [0x80], [0xFF, 0xFF, 0xFF], Array(repeating: 0x80, count: 11)] as [[UInt8]])
    func `a number without an end is damaged`(damaged: [UInt8]) throws {
        #expect(try !survives(damaged, as: Int.self))
    }

    @Test func `what no set or dictionary has is damaged`() throws {
        #expect(try !survives([4, 2, 2], as: Set<Int>.self))
        #expect(try !survives([4, 2, 2, 2, 4], as: [Int: Int].self))
        // More elements than bytes.
        #expect(try !survives([200, 1, 2], as: [Int].self))
        #expect(try !survives([4, 0xC3, 0x28], as: String.self))
        #expect(try !survives([4], as: Bool.self))
    }

    // 6 stands for an instant of the versions that counted milliseconds; a number has its sign in the lowest bit.
    @Test(arguments: [([12, 2], 1000), ([12, 1], -1000), ([12, 0], 0), ([14, 2], 1)] as [([UInt8], Int64)])
    func `an instant of an earlier version is read in microseconds`(stored: [UInt8], moment: Int64) throws {
        var reader = StateReader(stored)
        #expect(try Value(from: &reader) == .instant(moment))
        #expect(reader.isAtEnd)
        #expect(try returned(Value.instant(moment)) == .instant(moment))
        #expect(bytes(Value.instant(moment)).first == 14)
    }

    @Test(arguments: [Int64.max, .min, .max / 1000 + 1]) func `an instant that microseconds do not reach is damaged`(
        milliseconds: Int64
    ) {
        var writer = StateWriter()
        writer.write(6)
        writer.write(milliseconds)
        #expect(!((try? survives(writer.bytes, as: Value.self)) ?? false))
    }
}
