import Diagnostics
import PluginKit
import PluginTestKit
import Records
import StandardTransforms
import TestTags
import Testing

@Suite(.tags(.contract)) struct NumberTests {
    private let files = SpillFolder(temporary: "/tmp")

    private let plays = Batch(
        ["film": .integer, "title": .text, "seen": .boolean],
        records: [
            [1, "Heat", true], [2, "Léon", nil], [1, "Heat", false], [nil, "", true], [nil, nil, true],
            [1, "Heat", true], [2, "Léon 2", nil],
        ]
    )

    private func numbers(_ options: String, _ input: Batch? = nil) async throws -> [Value] {
        let output = try await TransformContract.verify(Number.self, options: options, input: input ?? plays)
        let last = Field(index: output.schema.width - 1, kind: .integer)
        return (0..<output.count).map { output[$0, last] }
    }

    @Test(arguments: [
        ("", [1, 2, 3, 4, 5, 6, 7]), ("start = 0", [0, 1, 2, 3, 4, 5, 6]), ("start = -3", [-3, -2, -1, 0, 1, 2, 3]),
        ("per = []", [1, 2, 3, 4, 5, 6, 7]),
        // Null is a value of its own.
        ("per = [\"film\"]", [1, 1, 2, 1, 2, 3, 2]),
        ("per = [\"title\"]\nstart = 10", [10, 10, 11, 10, 10, 12, 10]),
        ("per = [\"seen\"]", [1, 1, 1, 2, 3, 4, 2]),
        ("per = [\"film\", \"seen\"]", [1, 1, 1, 1, 2, 2, 2]),
    ])
    func `records are numbered in their order, each group for itself`(options: String, expected: [Int64]) async throws {
        #expect(try await numbers(options) == expected.map { .integer($0) })
    }

    @Test func `the column is the last one, under its own name`() async throws {
        let output = try await TransformContract.verify(Number.self, options: "as = \"nr\"", input: plays)
        #expect(output.schema == plays.schema.adding("nr", kind: .integer))
        #expect(output.records[1] == [2, "Léon", nil, 2])
    }

    @Test func `what a text holds is no part of its neighbour`() async throws {
        let pairs = Batch(
            ["a": .text, "b": .text],
            records: [["x", "yz"], ["xy", "z"], ["", nil], [nil, ""], ["x", "yz"]]
        )
        #expect(try await numbers("per = [\"a\", \"b\"]", pairs) == [1, 1, 1, 1, 2])
    }

    @Test func `reals and instants make groups too`() async throws {
        let cells = Batch(
            ["r": .real, "at": .instant],
            records: [[0.5, .instant(1)], [0.5, .instant(2)], [.real(-0.5), .instant(1)], [0.5, .instant(1)]]
        )
        #expect(try await numbers("per = [\"r\"]", cells) == [1, 2, 1, 3])
        #expect(try await numbers("per = [\"r\", \"at\"]", cells) == [1, 1, 1, 2])
    }

    @Test func `many groups are distinguished`() throws {
        let number = try Bench().transform(Number.self, options: "per = [\"n\"]", input: ["n": .integer])
        var memory = number.makeMemory(files)
        var outputs = Outputs(number.outputs)
        for round in 1...3 {
            for first in stride(from: 0, to: 5000, by: 700) {
                var batch = Batch(
                    ["n": .integer],
                    records: (first..<min(first + 700, 5000)).map { [.integer(Int64($0 * $0))] }
                )
                try number.apply(to: &batch, table: (), memory: &memory, outputs: &outputs)
                #expect(batch.records.allSatisfy { $0[1] == .integer(Int64(round)) })
            }
        }
    }

    @Test(arguments: [[], [2], [2, 6, 2, 2], [2, 4, 2, 2, 2, 2, 2, 2]] as [[UInt8]])
    func `a memory that is damaged is refused`(bytes: [UInt8]) {
        var reader = StateReader(bytes)
        let error = #expect(throws: Diagnostic.self) { _ = try Number.Memory(from: &reader) }
        #expect(error?.code == "checkpoint.state")
    }

    @Test(arguments: [
        (
            "as = \"title\"",
            """
            options:1:6: error[number.column]: the column 'title' already exists
                1 | as = "title"
                  |      ^^^^^^^ give the new one another name: as = "…"
            """
        ),
        (
            "per = [\"titel\", \"film\", \"film\"]",
            """
            options:1:7: error[schema.unknown-column]: there is no column 'titel' here
                1 | per = ["titel", "film", "film"]
                  |       ^^^^^^^^^^^^^^^^^^^^^^^^^ did you mean 'title'?
            options:1:7: error[keys.column-twice]: the column 'film' is named twice
                1 | per = ["titel", "film", "film"]
                  |       ^^^^^^^^^^^^^^^^^^^^^^^^^
            """
        ),
        (
            "start = 1_000_000_000_000_001",
            """
            options:1:9: error[option.range]: 1000000000000001 is out of range
                1 | start = 1_000_000_000_000_001
                  |         ^^^^^^^^^^^^^^^^^^^^^ allowed: -1000000000000000...1000000000000000
            """
        ),
    ])
    func `a wrong option is reported at its place`(options: String, expected: String) throws {
        let found = try refusal { _ = try Bench().transform(Number.self, options: options, input: plays.schema) }
        #expect(found == expected)
    }
}
