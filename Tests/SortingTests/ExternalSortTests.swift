import Diagnostics
import Platform
import PluginTestKit
import TestTags
import Testing

@testable import Sorting

@Suite(.tags(.fuzz)) struct ExternalSortTests {
    /// How much memory a sort gets and how many runs it merges at once: from all in memory to three levels of runs.
    struct Room: CustomTestStringConvertible, Sendable {
        var memory: Int
        var width: Int
        var testDescription: String { "\(memory) bytes, \(width) runs at once" }
    }

    static let rooms = [
        Room(memory: 1 << 22, width: 64), Room(memory: 20_000, width: 64), Room(memory: 2_000, width: 4),
        Room(memory: 300, width: 2),
    ]

    enum Order: CaseIterable {
        case rising, falling, mixed, equal, equalAbove, spread
    }

    @Test(arguments: rooms, Order.allCases)
    func `gives the records in the order of their keys, equal ones as they came`(room: Room, order: Order) throws {
        var random = SplitMix(seed: 7)
        let items = (0..<2_000).map { number -> Item in
            let key =
                switch order {
                case .rising: SortKey(UInt64(number) / 3, then: 0)
                case .falling: SortKey(UInt64(5_000 - number), then: UInt64(number))
                case .mixed: SortKey(random.next() % 500, then: random.next() % 3)
                case .equal: SortKey(9, then: 9)
                case .equalAbove: SortKey(1, then: random.next())
                case .spread: SortKey(random.next(), then: random.next())
                }
            // Payloads of many lengths, among them none and some that are longer than the memory.
            let length = number % 500 == 499 ? 700 : number % 7 * 5
            return Item(key: key, payload: (0..<length).map { UInt8(truncatingIfNeeded: number &+ $0) })
        }
        let expected = items.enumerated().sorted { ($0.element.key, $0.offset) < ($1.element.key, $1.offset) }
        #expect(try sorted(items, room) == expected.map(\.element))
    }

    @Test(arguments: rooms)
    func `nothing in gives nothing out`(room: Room) throws {
        #expect(try sorted([], room) == [])
    }

    @Test func `the lowest and the highest keys are keys like others`() throws {
        let keys: [SortKey] = [
            .init(.max, then: .max), .init(0, then: 0), .init(.max, then: 0), .init(0, then: .max),
            .init(1 << 63, then: 0),
        ]
        let items = keys.map { Item(key: $0, payload: [1]) }
        let order = [1, 3, 4, 2, 0].map { items[$0] }
        #expect(try sorted(items, Room(memory: 1 << 20, width: 8)) == order)
        #expect(try sorted(items, Room(memory: 1, width: 2)) == order)
    }

    @Test func `what fits into memory touches no file`() throws {
        var sort = ExternalSort(near: "/proc/no/such/place")
        try sort.add(SortKey(2, then: 0), payload: [UInt8]("b".utf8).span)
        try sort.add(SortKey(1, then: 0), payload: [UInt8]("a".utf8).span)
        #expect(sort.count == 2)
        var text = ""
        var result = try sort.sorted()
        while try result.next({ key, payload in text += "\(key.high)\(Unicode.Scalar(payload[0])) " }) {}
        #expect(text == "1a 2b ")
    }

    @Test func `runs have no names, so none is ever left`() throws {
        let folder = try TemporaryFolder()
        var sort = ExternalSort(near: folder.path + "/sub/out.csv", memory: 400)
        for number in 0..<100 { try sort.add(SortKey(UInt64(100 - number), then: 0), payload: [0, 1, 2].span) }
        #expect(try FileSystem.names(in: folder.path) == ["sub"])
        #expect(try FileSystem.names(in: folder.path + "/sub") == [])
        var result = try sort.sorted()
        #expect(try result.next { (_, _) in })
        #expect(try FileSystem.names(in: folder.path + "/sub") == [])
    }

    @Test func `a folder that cannot be written to is named`() throws {
        var sort = ExternalSort(near: "/proc/no/out.csv", memory: 100)
        var failure: Diagnostic?
        do throws(Diagnostic) {
            for number in 0..<100 { try sort.add(SortKey(UInt64(100 - number), then: 0), payload: [0, 1, 2].span) }
        } catch {
            failure = error
        }
        #expect(failure?.code == "file.missing" || failure?.code == "file.permission")
        guard case .file(let path)? = failure?.place else {
            Issue.record("the failure has no place")
            return
        }
        #expect(path.hasPrefix("/proc/no"))
    }

    @Test func `a file that may not grow ends the sort with a code`() throws {
        let folder = try TemporaryFolder()
        let file = try ExternalSortFile(near: folder.path + "/out")
        // The farthest offset that there is: the system refuses to write behind it.
        let bytes: [UInt8] = [1, 2, 3, 4]
        var failure: Diagnostic?
        do throws(Diagnostic) { try file.write(bytes.span, at: Int.max - 2) } catch { failure = error }
        #expect(failure?.code == "file.disk-full" || failure?.code == "file.write")
    }

    private struct Item: Equatable {
        var key: SortKey
        var payload: [UInt8]
    }

    private func sorted(_ items: [Item], _ room: Room) throws -> [Item] {
        let folder = try TemporaryFolder()
        var sort = ExternalSort(near: folder.path + "/out.csv", memory: room.memory, width: room.width)
        for item in items { try sort.add(item.key, payload: item.payload.span) }
        var result = try sort.sorted()
        var found: [Item] = []
        while try result.next({ key, payload in
            found.append(Item(key: key, payload: payload.indices.map { payload[$0] }))
        }) {}
        return found
    }
}

/// A generator of numbers that gives the same ones for the same seed (Steele, Lea, Flood: SplitMix64).
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
