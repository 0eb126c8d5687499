import Diagnostics
import PluginKit
import PluginTestKit
import Records
import StandardTransforms
import TestTags
import Testing

@Suite(.tags(.contract)) struct UniqueTests {
    private let folder: TemporaryFolder
    private let files: SpillFolder

    init() throws {
        folder = try TemporaryFolder(.inMemory)
        files = SpillFolder(folder.path, prefix: "unique")
    }

    private func letters(_ text: String) -> Batch {
        Batch(
            ["letter": .text, "n": .integer],
            records: text.enumerated().map { [.text(String($1)), .integer(Int64($0))] }
        )
    }

    private func kept(_ text: String, _ options: String = "") async throws -> String {
        let output = try await TransformContract.verify(
            Unique.self,
            options: "by = [\"letter\"]\n\(options)",
            input: letters(text)
        )
        return output.records.map { if case .text(let letter) = $0[0] { letter } else { "" } }.joined()
    }

    @Test(arguments: [
        ("", ""), ("aaa", "a"), ("abcabc", "abc"), ("abacadb", "abcd"), ("äöäa", "äöa"),
    ])
    func `the first of each key is kept`(text: String, expected: String) async throws {
        #expect(try await kept(text) == expected)
    }

    @Test(arguments: [
        // One is remembered: only neighbours are told.
        ("aabbaab", "abab", 1),
        // The keys of the last two that were kept: c drives a out, and the second b is still known.
        ("abcba", "abca", 2), ("abcabc", "abcabc", 2), ("abcabc", "abc", 3),
    ])
    func `within a bound, keys are dropped in the order in which they came`(
        text: String,
        expected: String,
        within: Int
    ) async throws {
        #expect(try await kept(text, "within = \(within)") == expected)
    }

    @Test func `zeros are one key, whatever their sign`() async throws {
        let output = try await TransformContract.verify(
            Unique.self,
            options: "by = [\"x\"]",
            input: Batch(["x": .real], records: [[0.0], [-0.0], [1.5], [0.0]])
        )
        #expect(output.records == [[.real(0)], [.real(1.5)]])
    }

    @Test func `what is left out is counted`() throws {
        let unique = try Bench().transform(Unique.self, options: "by = [\"letter\"]", input: letters("").schema)
        var memory = unique.makeMemory(files)
        var outputs = Outputs(unique.outputs)
        var batch = letters("abaab")
        try unique.apply(to: &batch, table: (), memory: &memory, outputs: &outputs)
        #expect(batch.filtered == [Filtered("seen before", count: 3)])
        #expect(batch.records == [["a", 0], ["b", 1]])
    }

    @Test func `a key is all of its columns, and a record without any is kept`() async throws {
        let input = Batch(
            ["film": .integer, "at": .instant],
            records: [
                [1, .instant(5)], [1, .instant(6)], [1, nil], [nil, nil], [1, nil], [nil, nil], [1, .instant(5)],
            ]
        )
        let output = try await TransformContract.verify(Unique.self, options: "by = [\"film\", \"at\"]", input: input)
        #expect(output.records == [[1, .instant(5)], [1, .instant(6)], [1, nil], [nil, nil], [nil, nil]])
    }

    @Test func `keys of every kind are compared by value`() async throws {
        let decimals = ["1.5", "1.50", "15", "-1.5", "0.00", "0", "1.5"].map {
            ExactDecimal($0).map(Value.decimal) ?? .null
        }
        let dates: [Value] = [.date(1), .date(1), .date(-1), .date(0), .null, .date(0), .date(1)]
        let bytes: [Value] = [.bytes([]), .bytes([0]), .bytes([0, 0]), .bytes([0]), .null, .bytes([]), .bytes([255])]
        for (values, kept) in [(decimals, [0, 2, 3, 4]), (dates, [0, 2, 3, 4]), (bytes, [0, 1, 2, 4, 6])] {
            let kind: Schema.Kind = values == decimals ? .decimal : values == dates ? .date : .bytes
            let input = Batch(
                Schema([Schema.Column("key", kind: kind), Schema.Column("row", kind: .integer)]),
                records: values.enumerated().map { [$1, .integer(Int64($0))] }
            )
            let output = try await TransformContract.verify(Unique.self, options: "by = [\"key\"]", input: input)
            #expect(output.records.map { $0[1] } == kept.map { .integer(Int64($0)) })
        }
    }

    /// Against the plainest way to say it, with keys that share beginnings and lengths.
    @Test(arguments: [1, 7, 100, 2000, nil])
    func `it is what a list of keys would do`(within: Int?) throws {
        let options = "by = [\"key\"]" + (within.map { "\nwithin = \($0)" } ?? "")
        let unique = try Bench().transform(Unique.self, options: options, input: ["key": .text])
        var memory = unique.makeMemory(files)
        var outputs = Outputs(unique.outputs)
        var remembered: [String] = []
        var known: Set<String> = []
        for first in stride(from: 0, to: 20_000, by: 500) {
            let keys = (first..<first + 500).map { n in
                String(repeating: "key", count: n % 5) + "\(n &* 7919 % 3011)"
            }
            var batch = Batch(["key": .text], records: keys.map { [.text($0)] })
            try unique.apply(to: &batch, table: (), memory: &memory, outputs: &outputs)
            let expected = keys.filter { key in
                guard known.insert(key).inserted else { return false }
                remembered.append(key)
                if remembered.count > within ?? .max { known.remove(remembered.removeFirst()) }
                return true
            }
            #expect(batch.records == expected.map { [.text($0)] })
            var writer = StateWriter()
            try unique.store(&memory, to: &writer)
            var reader = StateReader(writer.bytes)
            memory = try unique.restore(from: &reader, files: files)
            #expect(reader.isAtEnd)
        }
    }

    @Test func `a bound keeps what is stored small`() throws {
        let unique = try Bench().transform(Unique.self, options: "by = [\"n\"]\nwithin = 10", input: ["n": .integer])
        var memory = unique.makeMemory(files)
        var outputs = Outputs(unique.outputs)
        for first in stride(from: 0, to: 10_000, by: 1000) {
            var batch = Batch(["n": .integer], records: (first..<first + 1000).map { [.integer(Int64($0))] })
            try unique.apply(to: &batch, table: (), memory: &memory, outputs: &outputs)
            #expect(batch.count == 1000)
        }
        var writer = StateWriter()
        try unique.store(&memory, to: &writer)
        #expect(writer.bytes.count < 20)
        // Ten keys of nine bytes, each with its length.
        #expect(files.takeNoted().map(\.bytes) == [100])
    }

    @Test func `a checkpoint writes only the keys that are new`() throws {
        let unique = try Bench().transform(Unique.self, options: "by = [\"n\"]", input: ["n": .integer])
        var memory = unique.makeMemory(files)
        var outputs = Outputs(unique.outputs)
        for (first, bytes) in [(0, 10_000), (500, 15_000), (500, 15_000), (1500, 25_000)] {
            var batch = Batch(["n": .integer], records: (first..<first + 1000).map { [.integer(Int64($0))] })
            try unique.apply(to: &batch, table: (), memory: &memory, outputs: &outputs)
            var writer = StateWriter()
            try unique.store(&memory, to: &writer)
            #expect(files.takeNoted().map(\.bytes) == [bytes])
        }
        #expect(folder.files == ["unique-1"])
    }

    @Test(
        arguments: [
            [], [2], [2, 4], [2, 2], [2, 2, 2, 65, 2],
        ] as [[UInt8]]
    )
    func `a memory that is damaged is refused`(bytes: [UInt8]) throws {
        let unique = try Bench().transform(Unique.self, options: "by = [\"n\"]", input: ["n": .integer])
        var reader = StateReader(bytes)
        let error = #expect(throws: Diagnostic.self) { _ = try unique.restore(from: &reader, files: files) }
        #expect(error?.code == "checkpoint.state")
    }

    @Test(arguments: [
        (
            "by = []\nwithin = 0",
            """
            options:1:6: error[unique.no-columns]: there is no column to distinguish records by
                1 | by = []
                  |      ^^
            options:2:10: error[option.range]: 0 is out of range
                2 | within = 0
                  |          ^ allowed: 1 or more
            """
        ),
        (
            "by = [\"lettre\"]",
            """
            options:1:6: error[schema.unknown-column]: there is no column 'lettre' here
                1 | by = ["lettre"]
                  |      ^^^^^^^^^^ did you mean 'letter'?
            """
        ),
    ])
    func `a wrong option is reported at its place`(options: String, expected: String) throws {
        #expect(
            try refusal { _ = try Bench().transform(Unique.self, options: options, input: letters("").schema) }
                == expected
        )
    }
}

/// Keys take no more memory than is allowed; where they need more, the run stops.
@Suite struct KeyMemoryTests {
    private let files = SpillFolder(temporary: "/tmp")

    private func names(_ range: Range<Int>) -> Batch {
        Batch(["name": .text], records: range.map { [.text("a name of some length, the number \($0)")] })
    }

    @Test func `unique stops with a way out once the keys need more than 'memory'`() throws {
        let options = "by = [\"name\"]\nmemory = \"1 MiB\""
        let unique = try Bench().transform(Unique.self, options: options, input: names(0..<0).schema)
        var memory = unique.makeMemory(files)
        var outputs = Outputs(unique.outputs)
        var (kept, refused) = (0, "")
        for first in stride(from: 0, to: 100_000, by: 1_000) where refused.isEmpty {
            var batch = names(first..<first + 1_000)
            refused = try refusal { try unique.apply(to: &batch, table: (), memory: &memory, outputs: &outputs) } ?? ""
            if refused.isEmpty { kept += batch.count }
        }
        // Of 1 MiB, half goes to the keys at least.
        #expect(kept >= 5_000 && kept <= 20_000)
        #expect(
            refused == """
                error[keys.memory]: \(kept) different keys are in memory, and more would take more than 1 MiB
                  hint: allow more with 'memory', or choose columns with fewer or shorter values
                """
        )
        // Keys that are there need no more room.
        var known = names(0..<kept)
        try unique.apply(to: &known, table: (), memory: &memory, outputs: &outputs)
        #expect(known.isEmpty)
    }

    @Test func `number stops once its groups need more than 'memory'`() throws {
        let options = "per = [\"name\"]\nmemory = \"1 MiB\""
        let number = try Bench().transform(Number.self, options: options, input: names(0..<0).schema)
        var memory = number.makeMemory(files)
        var outputs = Outputs(number.outputs)
        var batch = names(0..<50_000)
        #expect(
            try refusal { try number.apply(to: &batch, table: (), memory: &memory, outputs: &outputs) }?.contains(
                "keys.memory"
            ) == true
        )
    }

    @Test func `with 'within' any number of keys passes through little memory`() throws {
        let options = "by = [\"name\"]\nwithin = 100\nmemory = \"1 MiB\""
        let unique = try Bench().transform(Unique.self, options: options, input: names(0..<0).schema)
        var memory = unique.makeMemory(files)
        var outputs = Outputs(unique.outputs)
        for first in stride(from: 0, to: 100_000, by: 1_000) {
            var batch = names(first..<first + 1_000)
            try unique.apply(to: &batch, table: (), memory: &memory, outputs: &outputs)
            #expect(batch.count == 1_000)
        }
    }
}
