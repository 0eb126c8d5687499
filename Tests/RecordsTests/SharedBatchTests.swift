import Diagnostics
import TestTags
import Testing

@testable import Records

/// Copies of a batch share its columns; nothing that is done to one of them reaches another.
@Suite(.tags(.fuzz)) struct SharedBatchTests {
    private let schema: Schema = ["t": .text, "i": .integer, "r": .real, "u": .text]

    private func batch(_ rows: Int) -> Batch {
        Batch(schema, records: (0..<rows).map(Self.record))
    }

    private static func record(_ row: Int) -> [Value] {
        let text: Value = row % 3 == 0 ? .null : .text("text \(row)")
        return [text, .integer(Int64(row)), row % 5 == 1 ? .null : .real(0.5), .text("\(row)")]
    }

    private static let changes: [(name: String, change: @Sendable (inout Batch) -> Void)] = [
        ("append", { $0.append(["new", 1, 2.5, "newer"]) }),
        (
            "append rows",
            { batch in
                let copy = batch; batch.append([0, 1], of: copy)
            }
        ),
        ("keep", { $0.keep { _, row in row % 2 == 0 } }),
        ("reject", { $0.reject(0, code: "test.first", because: "it is the first") }),
        ("truncate", { $0.truncate(to: 1) }),
        ("clear", { $0.clear(Field(index: 0, kind: .text)) { _, row in row % 2 == 1 } }),
        (
            "replace",
            { batch in
                batch.replace(integers: Field(index: 1, kind: .integer)) { batch, out in
                    for row in 0..<batch.count { out.append(Int64(-row)) }
                }
            }
        ),
        (
            "replace text",
            { batch in
                batch.replace(Field(index: 3, kind: .text)) { batch, out in
                    for _ in 0..<batch.count { out.append("other") }
                }
            }
        ),
        ("reshape", { $0.reshape(to: ["u": .text, "n": .integer]) }),
        ("remove all", { $0.removeAll() }),
        (
            "remove all and append",
            {
                $0.removeAll(); $0.append(["x", 1, nil, "y"])
            }
        ),
    ]

    @Test(arguments: changes.map(\.name), [2, 64, 65, 300])
    func `a change reaches no other holder`(name: String, rows: Int) throws {
        let change = try #require(Self.changes.first { $0.name == name }).change
        let expected = batch(rows).records
        var changed = batch(rows)
        let holder = changed
        let part = changed.part(0..<rows)
        let gathered = changed.gathered((0..<UInt32(rows)).map { $0 })
        var renamed = changed
        renamed.reshape(to: ["a": .text, "b": .integer, "c": .real, "d": .text], from: [0, 1, 2, 3])
        change(&changed)
        for other in [holder, part, gathered, renamed] { #expect(other.records == expected) }
        #expect(changed.records != expected)
        // The other way: what is added to the copies does not appear in the changed one.
        let kept = changed.records
        var copies = [holder, part, gathered]
        for index in copies.indices { change(&copies[index]) }
        for copy in copies { #expect(copy.records == kept) }
        #expect(changed.records == kept)
    }

    @Test func `two holders append to what they share, each for itself`() {
        var left = batch(3)
        var right = left
        for number in 0..<300 {
            left.append([.text("left \(number)"), 1, nil, "l"])
            right.append([.text("right \(number)"), 2, nil, "r"])
        }
        #expect(left.records == batch(3).records + (0..<300).map { [Value.text("left \($0)"), 1, nil, "l"] })
        #expect(right.records == batch(3).records + (0..<300).map { [Value.text("right \($0)"), 2, nil, "r"] })
    }

    @Test func `tasks change copies of one batch side by side`() async {
        let shared = batch(500)
        let expected = shared.records
        await withTaskGroup(of: Bool.self) { group in
            for task in 0..<8 {
                group.addTask {
                    var own = shared
                    for number in 0..<50 { own.append([.text("task \(task) \(number)"), 1, nil, "u"]) }
                    own.keep { _, row in row >= 500 }
                    return own.records == (0..<50).map { [Value.text("task \(task) \($0)"), 1, nil, "u"] }
                }
            }
            for await isRight in group { #expect(isRight) }
        }
        #expect(shared.records == expected)
    }

    @Test func `columns that are renamed, chosen and reordered stay where they are in memory`() {
        var batch = batch(100)
        let before = batch.columns.map(\.words)
        batch.reshape(to: ["u": .text, "number": .integer, "new": .real], from: [3, 1, nil])
        #expect(batch.columns[0].words == before[3])
        #expect(batch.columns[1].words == before[1])
        let words = batch.columns.map(\.words)
        batch.replace(reals: Field(index: 2, kind: .real)) { batch, out in
            for row in 0..<batch.count { out.append(Double(row)) }
        }
        #expect(batch.columns[0].words == words[0] && batch.columns[1].words == words[1])
        #expect(batch.columns[2].words != words[2])
    }

    @Test func `gathered cells share the text of the other batch`() {
        let other = batch(7)
        var made = Batch(["n": .integer, "t": .text], records: (0..<5).map { [.integer($0), .text("old")] })
        let bytes = made.replace(
            Field(index: 1, kind: .text),
            gathering: [4, nil, 1, 0, 4],
            of: other,
            in: Field(index: 0, kind: .text)
        )
        #expect(made.records.map { $0[1] } == ["text 4", .null, "text 1", .null, "text 4"])
        #expect(bytes == 3 * "text 4".utf8.count)
        #expect(other.records == batch(7).records)
    }

    @Test func `text that no row refers to does not count as text of the rows`() {
        let table = Batch(["t": .text], records: (0..<100).map { _ in [.text(String(repeating: "x", count: 1000))] })
        var made = Batch(["n": .integer, "t": .text], records: (0..<3).map { [.integer($0), .null] })
        made.replace(Field(index: 1, kind: .text), gathering: [0, 5, nil], of: table, in: Field(index: 0, kind: .text))
        #expect(made.bytesOfText == 100_000)
        #expect(made.bytesOfTextInRows == 2_000)
        // Bytes to which several rows refer are there once.
        #expect(table.gathered((0..<500).map { UInt32($0 % 100) }).bytesOfTextInRows == 100_000)
    }
}
