import Diagnostics
import PluginKit
import PluginTestKit
import Records
import StandardTransforms
import TestTags
import Testing

@Suite(.tags(.contract)) struct SampleTests {
    private static func plays(_ count: Int64) -> Batch {
        Batch(["n": .integer, "user": .text], records: (0..<count).map { [.integer($0), .text("user \($0 % 100)")] })
    }

    private func kept(_ options: String, of input: Batch, batches: Int) throws -> Batch {
        let sample = try Bench().transform(Sample.self, options: options, input: input.schema)
        var memory = sample.makeMemory(SpillFolder(temporary: "/tmp"))
        var all = Batch(input.schema)
        var outputs = Outputs(sample.outputs)
        for part in 0..<batches {
            var batch = input.part(input.count * part / batches..<input.count * (part + 1) / batches)
            try sample.apply(to: &batch, table: (), memory: &memory, outputs: &outputs)
            all.append(contentsOf: batch)
        }
        var page = 0
        while case .more = sample.drain(&memory, page: page, outputs: &outputs) { page += 1 }
        all.append(contentsOf: outputs[0])
        return all
    }

    private func numbers(_ batch: Batch) -> [Int64] {
        batch.records.map { if case .integer(let number) = $0[0] { number } else { -1 } }
    }

    @Test(arguments: ["records = 3"])
    func `it keeps the contract of a transform with a memory`(options: String) async throws {
        let input = Self.plays(6)
        let output = try await TransformContract.verify(Sample.self, options: options, input: input)
        #expect(numbers(output) == numbers(try kept(options, of: input, batches: 1)))
    }

    @Test(arguments: ["share = 0.1", "share = 0.1\nseed = 7", "records = 1000"])
    func `a tenth is kept in order, the same one each time, and another one for another seed`(options: String) throws {
        let input = Self.plays(10_000)
        let first = numbers(try kept(options, of: input, batches: 1))
        // Three standard deviations of 10,000 draws are 90.
        #expect((910...1090).contains(first.count))
        #expect(first == first.sorted())
        #expect(numbers(try kept(options, of: input, batches: 7)) == first)
        #expect(
            numbers(try kept(options + (options.contains("seed") ? "1" : "\nseed = 1"), of: input, batches: 1)) != first
        )
        // Each thousand has its share.
        for thousand in 0..<10 {
            #expect((60...140).contains(first.count { $0 / 1000 == thousand }))
        }
    }

    @Test func `a number of records is exact, or all there are`() throws {
        #expect(try kept("records = 17", of: Self.plays(10_000), batches: 3).count == 17)
        #expect(numbers(try kept("records = 17", of: Self.plays(5), batches: 2)) == [0, 1, 2, 3, 4])
        #expect(try kept("records = 1", of: Self.plays(0), batches: 1).isEmpty)
    }

    /// Of six records, each of the fifteen pairs comes about as often.
    @Test func `each choice is equally likely`() throws {
        var counts: [[Int64]: Int] = [:]
        let input = Self.plays(6)
        for seed in 0..<600 {
            counts[numbers(try kept("records = 2\nseed = \(seed)", of: input, batches: 1)), default: 0] += 1
        }
        #expect(counts.count == 15)
        // 40 each; five standard deviations are 30.
        #expect(counts.values.allSatisfy { (10...70).contains($0) }, "\(counts)")
    }

    @Test func `all records of a key are kept, or none`() throws {
        let output = try kept("share = 0.3\nby = ['user']", of: Self.plays(1_000), batches: 3)
        let users = Set(output.records.map { $0[1] })
        #expect((10...50).contains(users.count))
        #expect(output.count == users.count * 10)
    }

    /// A change of the hash would give another sample to everyone who upgrades.
    @Test func `the users of a sample are the same in every process`() throws {
        let output = try kept("share = 0.05\nby = ['user']", of: Self.plays(100), batches: 3)
        #expect(output.records.map { $0[1] } == ["user 2", "user 28", "user 41", "user 46", "user 51", "user 67"])
    }

    @Test func `only the sample counts for its memory, and not what it has pushed out`() throws {
        let text = String(repeating: "x", count: 1_000)
        let input = Batch(["text": .text], records: (0..<1_500).map { _ in [.text(text)] })
        #expect(try kept("records = 500\nmemory = \"1 MiB\"", of: input, batches: 3).count == 500)
    }

    @Test func `a sample that is too large stops the run with a way out`() throws {
        let text = String(repeating: "x", count: 1_000)
        let input = Batch(["text": .text], records: (0..<2_000).map { _ in [.text(text)] })
        let sample = try Bench()
            .transform(Sample.self, options: "records = 5000\nmemory = \"1 MiB\"", input: input.schema)
        var memory = sample.makeMemory(SpillFolder(temporary: "/tmp"))
        var outputs = Outputs(sample.outputs)
        var batch = input
        #expect(
            try refusal { try sample.apply(to: &batch, table: (), memory: &memory, outputs: &outputs) } == """
                error[sample.memory]: the sample takes more than 1 MiB
                  hint: allow more with 'memory', or keep fewer records
                """
        )
    }

    @Test(arguments: [
        (
            "",
            "error[sample.size]: the size of the sample is missing\n  hint: state either 'share', such as 0.1, or 'records', such as 1000"
        ),
        (
            "share = 0.5\nrecords = 5",
            """
            options:2:11: error[sample.size]: the sample has two sizes
                2 | records = 5
                  |           ^ state either 'share', such as 0.1, or 'records', such as 1000
            """
        ),
        (
            "records = 5\nby = ['user']",
            """
            options:2:6: error[sample.by]: with 'by' the number of records is not known in advance
                2 | by = ['user']
                  |      ^^^^^^^^ state 'share' instead of 'records', or remove 'by'
            """
        ),
        (
            "share = 1.5",
            """
            options:1:9: error[option.range]: 1.5 is out of range
                1 | share = 1.5
                  |         ^^^ allowed: 0.0...1.0
            """
        ),
    ])
    func `a wrong option is reported at its place`(options: String, expected: String) throws {
        #expect(
            try refusal { _ = try Bench().transform(Sample.self, options: options, input: Self.plays(0).schema) }
                == expected
        )
    }
}
