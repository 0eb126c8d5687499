import Diagnostics
import PluginKit
import PluginTestKit
import Records
import StandardTransforms
import TestTags
import Testing

@Suite(.tags(.contract)) struct AggregateTests {
    private static let schema: Schema = ["kind": .text, "n": .integer, "x": .real, "word": .text, "d": .decimal]

    private func records(_ count: Int, seed: UInt64 = 3) -> Batch {
        var numbers = SeededNumbers(seed: seed)
        let words = ["b", "a", "", "ä", "b"]
        return Batch(
            Self.schema,
            records: (0..<count).map { _ -> [Value] in
                [
                    numbers.next(below: 6) == 0 ? .null : .text(words[numbers.next(below: 3)]),
                    numbers.next(below: 6) == 0 ? .null : .integer(Int64(numbers.next(below: 9)) - 4),
                    numbers.next(below: 6) == 0 ? .null : .real(Double(numbers.next(below: 1000)) / 10),
                    numbers.next(below: 6) == 0 ? .null : .text(words[numbers.next(below: 5)]),
                    ExactDecimal(coefficient: Int128(numbers.next(below: 100)), scale: numbers.next(below: 3))
                        .map { .decimal($0) } ?? .null,
                ]
            }
        )
    }

    /// The records of each group, in the order of the results.
    private func groups(_ batch: Batch) -> [(key: Value, records: [[Value]])] {
        var groups: [(key: Value, records: [[Value]])] = []
        for record in batch.records {
            if let index = groups.firstIndex(where: { $0.key == record[0] }) {
                groups[index].records.append(record)
            } else {
                groups.append((record[0], [record]))
            }
        }
        return groups.sorted { left, right in
            guard case .text(let left) = left.key else { return false }
            guard case .text(let right) = right.key else { return true }
            return left < right
        }
    }

    private func integers(_ records: [[Value]]) -> [Int64] {
        records.compactMap { if case .integer(let n) = $0[1] { n } else { nil } }
    }

    private func reals(_ records: [[Value]]) -> [Double] {
        records.compactMap { if case .real(let x) = $0[2] { x } else { nil } }
    }

    private func words(_ records: [[Value]]) -> [String] {
        records.compactMap { if case .text(let word) = $0[3] { word } else { nil } }
    }

    private func verify(_ calls: [String], memory: String = "64 MiB", input: Batch) async throws -> Batch {
        try await TransformContract.verify(
            Aggregate.self,
            options: """
                by = ["kind"]
                columns = [\(calls.map(\.quoted).joined(separator: ", "))]
                memory = "\(memory)"
                """,
            input: input,
            on: Bench(batchSize: 3)
        )
    }

    @Test(arguments: ["64 MiB", "1 B"])
    func `each group becomes one record, however much memory there is`(memory: String) async throws {
        let input = records(90)
        let result = try await verify(
            [
                "count() as records", "count(n)", "sum(n)", "min(word)", "max(x) as x", "first(n) as a", "last(n) as b",
                "max(d)",
            ],
            memory: memory,
            input: input
        )
        let expected = groups(input).map { key, records -> [Value] in
            let (n, x, words) = (integers(records), reals(records), words(records))
            let decimals = records.compactMap { if case .decimal(let d) = $0[4] { d } else { nil } }
            return [
                key, .integer(Int64(records.count)), .integer(Int64(n.count)), .integer(n.reduce(0, +)),
                words.min().map { .text($0) } ?? .null, x.max().map { .real($0) } ?? .null,
                n.first.map { .integer($0) } ?? .null, n.last.map { .integer($0) } ?? .null,
                decimals.max().map { .decimal($0) } ?? .null,
            ]
        }
        #expect(result.records == expected)
        #expect(
            result.schema.names
                == ["kind", "records", "count_n", "sum_n", "min_word", "x", "a", "b", "max_d"]
        )
    }

    @Test(arguments: ["64 MiB", "1 B"])
    func `functions of values in order see each value of the group`(memory: String) async throws {
        let input = records(60, seed: 8)
        let result = try await verify(
            ["count_distinct(word)", "median(n)", "quantile(x, 0.25) as q", "join_text(word, \"|\") as words"],
            memory: memory,
            input: input
        )
        let expected = groups(input).map { key, records -> [Value] in
            let (n, x, words) = (integers(records).sorted(), reals(records).sorted(), words(records))
            let median = Double(n[(n.count - 1) / 2] + n[n.count / 2]) / 2
            let place = Double(x.count - 1) / 4
            let (low, high) = (x[Int(place)], x[min(Int(place) + 1, x.count - 1)])
            return [
                key, .integer(Int64(Set(words).count)), .real(median),
                .real(low + (place - place.rounded(.down)) * (high - low)), .text(words.joined(separator: "|")),
            ]
        }
        #expect(result.records == expected)
    }

    @Test func `without records there is no group, but one of all records`() async throws {
        let none = Batch(Self.schema)
        #expect(try await verify(["count()"], input: none).isEmpty)
        let all = try await TransformContract.verify(
            Aggregate.self,
            options:
                "columns = [\"count()\", \"sum(n)\", \"median(x)\", \"count_distinct(word)\", \"join_text(word)\"]",
            input: none
        )
        #expect(all.records == [[.integer(0), .null, .null, .integer(0), .null]])
    }

    /// Sums whose digits depend on the order if they are rounded each time: the exact results were computed by hand.
    @Test(
        arguments: [
            ([1e100, 1, -1e100, 1], 2), ([0.1, 0.2, 0.3, -0.6], 2.7755575615628914e-17),
            ([1e308, 1e308, -1e308], 1e308),
            ([.leastNonzeroMagnitude, .leastNonzeroMagnitude, -.leastNonzeroMagnitude], .leastNonzeroMagnitude),
            ([1, 1e-30, -1, 1e-300], 1e-30), ([9007199254740992, 1, 1], 9007199254740994),
            ([9007199254740992, 1, 1e-30], 9007199254740994), ([9007199254740992, 1], 9007199254740992),
            ([-0.0, 0.0], 0),
        ] as [([Double], Double)]
    )
    func `a sum of real numbers is exact in any order`(numbers: [Double], sum: Double) throws {
        for numbers in [numbers, numbers.reversed(), numbers.sorted(), numbers.sorted(by: >)] {
            let input = Batch(["x": .real], records: numbers.map { [.real($0)] })
            for memory in ["1 MiB", "1 B"] {
                let stage = try Bench(batchSize: 1).transform(
                    Aggregate.self,
                    options: "columns = [\"sum(x)\"]\nmemory = \"\(memory)\"",
                    input: input.schema
                )
                var state = stage.makeMemory(SpillFolder(temporary: "/tmp"))
                var outputs = Outputs(stage.outputs)
                for row in 0..<input.count {
                    var batch = input.part(row..<row + 1)
                    try stage.apply(to: &batch, table: (), memory: &state, outputs: &outputs)
                }
                _ = try stage.drain(&state, page: 0, outputs: &outputs)
                #expect(outputs[0].records == [[.real(sum)]], "\(numbers)")
            }
        }
    }

    private static let large = "9" + String(repeating: "0", count: 37)

    /// Sums that have more than 38 digits on the way; the means are the nearest numbers, computed with fractions.
    @Test(
        arguments: [
            ([large, large, "-\(large)"], large, 3e+37),
            ([large, "0.01", "-\(large)"], "0.01", 0.0033333333333333335), ([large, "0.00"], large, 4.5e37),
            (["0.1", "0.25"], "0.35", 0.175),
            (
                ["1234567890123456789012.3456789012345678", "98765432109876543210.000000001", "-0.5"],
                "1333333322233333332221.8456789022345678", 4.444444407444444e+20
            ),
            (
                ["-0.12345678901234567890123456789012345678", "0.12345678901234567890123456789012345683"],
                "0.00000000000000000000000000000000000005", 2.5e-38
            ),
            ([large, large], nil, 9e37),
        ] as [([String], String?, Double)]
    )
    func `a sum of decimal numbers is exact in any order and with any memory`(
        numbers: [String],
        sum: String?,
        mean: Double
    ) throws {
        for numbers in [numbers, numbers.reversed(), numbers.sorted()] {
            let values = try numbers.map { Value.decimal(try #require(ExactDecimal($0))) }
            for (memory, batchSize) in [("1 MiB", 1), ("1 B", 1), ("1 MiB", numbers.count)] {
                let stage = try Bench().transform(
                    Aggregate.self,
                    options: "columns = [\"sum(d)\", \"mean(d)\", \"mean(d) as m\"]\nmemory = \"\(memory)\"",
                    input: ["d": .decimal]
                )
                var state = stage.makeMemory(SpillFolder(temporary: "/tmp"))
                var outputs = Outputs(stage.outputs)
                for first in stride(from: 0, to: values.count, by: batchSize) {
                    var batch = Batch(["d": .decimal], records: values[first..<first + batchSize].map { [$0] })
                    try stage.apply(to: &batch, table: (), memory: &state, outputs: &outputs)
                }
                _ = try stage.drain(&state, page: 0, outputs: &outputs)
                guard let sum else {
                    #expect(
                        outputs[0].takeRejections().map(\.reason) == ["\"sum(d)\": the sum has more than 38 digits"]
                    )
                    continue
                }
                let decimal = try #require(ExactDecimal(sum))
                #expect(outputs[0].records == [[.decimal(decimal), .real(mean), .real(mean)]], "\(numbers)")
            }
        }
    }

    @Test func `-0.0 and 0.0 are one group and one value`() async throws {
        let input = Batch(["x": .real, "y": .real], records: [[-0.0, 0.0], [1.0, 1.0], [0.0, -0.0], [-0.0, 2.0]])
        for memory in ["1 MiB", "1 B"] {
            let result = try await TransformContract.verify(
                Aggregate.self,
                options: "by = [\"x\"]\ncolumns = [\"count_distinct(y)\"]\nmemory = \"\(memory)\"",
                input: input,
                on: Bench(batchSize: 1)
            )
            #expect(result.records == [[0.0, 2], [1.0, 1]])
        }
    }

    @Test func `a joined text has at most 16 MiB, and further functions and groups are not affected`() throws {
        let text = String(repeating: "x", count: 9 << 20)
        let schema: Schema = ["n": .integer, "word": .text]
        let stage = try Bench().transform(
            Aggregate.self,
            options: """
                by = ["n"]
                columns = ["join_text(word)", "count_distinct(n)"]
                memory = "256 MiB"
                """,
            input: schema
        )
        var state = stage.makeMemory(SpillFolder(temporary: "/tmp"))
        var outputs = Outputs(stage.outputs)
        var batch = Batch(schema, records: [[1, .text(text)], [1, .text(text)], [2, "a"], [2, "b"]])
        try stage.apply(to: &batch, table: (), memory: &state, outputs: &outputs)
        while case .more = try stage.drain(&state, page: 0, outputs: &outputs) {}
        #expect(outputs[0].records == [[2, "a, b", 1]])
        let rejections = outputs[0].takeRejections()
        #expect(rejections.map(\.code) == ["aggregate.overflow"])
        #expect(rejections.allSatisfy { $0.reason.hasSuffix(": the joined text has more than 16 MiB") })
    }

    @Test func `sums and means of whole and decimal numbers are exact, and what is too large is rejected`() throws {
        let large: [[Value]] = [
            ["a", .integer(.max), .real(1), "", .null],
            ["a", 1, .real(2), "", .decimal(try #require(ExactDecimal("0.1")))],
            ["b", .integer(.max), .real(1), "", .decimal(try #require(ExactDecimal("1.25")))],
            ["b", .integer(-1), .real(1), "", .decimal(try #require(ExactDecimal("1.05")))],
        ]
        let stage = try Bench().transform(
            Aggregate.self,
            options: "by = [\"kind\"]\ncolumns = [\"sum(n)\", \"sum(d)\", \"mean(d)\", \"mean(x)\"]",
            input: Self.schema
        )
        var state = stage.makeMemory(SpillFolder(temporary: "/tmp"))
        var outputs = Outputs(stage.outputs)
        var batch = Batch(Self.schema, records: large)
        try stage.apply(to: &batch, table: (), memory: &state, outputs: &outputs)
        _ = try stage.drain(&state, page: 0, outputs: &outputs)
        let sum = try #require(ExactDecimal("2.30"))
        #expect(outputs[0].records == [["b", .integer(.max - 1), .decimal(sum), .real(1.15), .real(1)]])
        let rejections = outputs[0].takeRejections()
        #expect(rejections.map(\.code) == ["aggregate.overflow"])
        #expect(rejections.first?.reason == "\"sum(n)\": the sum has more than 64 bits")
    }

    @Test(arguments: [
        ("avg(n)", 0, "aggregate.function", "there is no function 'avg' here"),
        ("sum(word)", 4, "aggregate.kind", "sum cannot be computed of 'word', which is text"),
        ("sum(n > 1) as p", 4, "aggregate.kind", "sum cannot be computed of 'n > 1', which is boolean"),
        ("sum(m)", 4, "schema.unknown-column", "there is no column 'm' here"),
        ("sum(n * m) as p", 8, "expression.unknown-column", "there is no column 'm'"),
        ("sum(n * 2)", 4, "aggregate.call", "what is computed of 'n * 2' has no name"),
        ("sum()", 0, "aggregate.call", "sum takes one expression"),
        ("sum", 0, "expression.aggregate", "this is not an aggregate"),
        ("1 + sum(n)", 0, "expression.aggregate", "this is not an aggregate"),
        ("quantile(n, 2)", 12, "aggregate.call", "quantile takes a number from 0 to 1 after the comma, not '2'"),
        ("quantile(n, x)", 12, "expression.unknown-column", "there is no column 'x'"),
        ("count() kind", 8, "expression.syntax", "expected 'as' and a name after 'count()', found 'kind'"),
        ("count() as", 10, "expression.syntax", "expected a name after 'as', found the end"),
        ("count() as a b", 13, "expression.syntax", "the aggregate ends before 'b'"),
        ("count() as kind", 0, "aggregate.column", "the result already has a column 'kind'"),
    ])
    func `a wrong call is refused at its place`(call: String, column: Int, code: String, message: String) throws {
        let text = try refusal {
            _ = try Bench().transform(
                Aggregate.self,
                options: "by = [\"kind\"]\ncolumns = [\"count()\", \(call.quoted)]",
                input: Self.schema
            )
        }
        #expect(text?.hasPrefix("options:2:\(24 + column): error[\(code)]: \(message)") == true, "\(text ?? "nothing")")
    }

    @Test func `what is computed may be an expression, and records without a value are rejected`() throws {
        let stage = try Bench().transform(
            Aggregate.self,
            options: """
                by = ["kind"]
                columns = ["sum(n * 2) as double", "mean(n * 2) as mean", "count(if n > 1 then n else null) as large", "sum(n)"]
                """,
            input: Self.schema
        )
        #expect(stage.expressions.map(\.text) == ["n * 2", "if n > 1 then n else null"])
        var state = stage.makeMemory(SpillFolder(temporary: "/tmp"))
        var outputs = Outputs(stage.outputs)
        let rest: [Value] = [.null, "", .null]
        var batch = Batch(
            Self.schema,
            records: [
                ["a", 1] + rest, ["a", .integer(.max)] + rest, ["b", 5] + rest, ["b", .null] + rest, ["a", 2] + rest,
            ]
        )
        try stage.apply(to: &batch, table: (), memory: &state, outputs: &outputs)
        #expect(batch.isEmpty && batch.schema.names == Self.schema.names)
        #expect(batch.takeRejections().map(\.code) == ["expression.overflow"])
        _ = try stage.drain(&state, page: 0, outputs: &outputs)
        #expect(outputs[0].records == [["a", 6, .real(3), 1, 3], ["b", 10, .real(10), 1, 5]])
        #expect(outputs[0].schema.names == ["kind", "double", "mean", "large", "sum_n"])
    }
}
