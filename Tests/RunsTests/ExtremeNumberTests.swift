import Diagnostics
import PluginKit
import PluginTestKit
import Testing

@testable import Runs
import TestPipelines

/// Numbers in what a run has stored, and in the settings of a run: each is taken, or refused before it is reckoned with.
@Suite struct ExtremeNumberTests {
    @Test(arguments: Extremes.texts)
    func `a place in a source may hold any numbers`(text: String) {
        for json in [
            "{\"number\":\(text),\"read\":0}", "{\"number\":0,\"read\":\(text)}",
            "{\"number\":\(text),\"read\":\(text)}",
        ] {
            do throws(Diagnostic) {
                let position = try SourcePosition(json)
                #expect(0...1 << 53 ~= position.read && 0...1 << 53 ~= position.order.number)
                #expect(try SourcePosition(position.text) == position)
            } catch {
                #expect(error.code == "checkpoint.cursor" || error.code.name.hasPrefix("json."))
            }
        }
    }

    @Test func `each number of a checkpoint's counters is in reach of a sum, or refused`() throws {
        var writer = StateWriter()
        for number in [5, 7, 7, 1, 9, 7, 0, 0, 7, 0, 0, 0, 1, 0] as [Int64] { writer.write(number) }
        writer.write(Array("why".utf8))
        for number in [2, 10, 1, 4, 1, 0, 0] as [Int64] { writer.write(number) }
        let whole = writer.bytes
        var reader = StateReader(whole)
        let counters = try RunCounters(from: &reader)
        #expect(counters.tallies.map(\.received) == [9])
        #expect(counters.window?.rejected == 1)
        // Every byte that is a number of its own becomes a larger one.
        for index in whole.indices {
            for number in Extremes.integers {
                var other = StateWriter()
                other.write(number)
                var reader = StateReader(Array(whole[..<index]) + other.bytes + Array(whole[(index + 1)...]))
                guard let read = try? RunCounters(from: &reader) else { continue }
                var tally = Tally()
                for other in read.tallies {
                    tally.received += other.received + other.made + other.sent + other.rejected
                }
                for number in [read.copied, read.read, read.accepted] { tally.received += number }
                #expect(tally.received.magnitude < 1 << 62)
            }
        }
    }

    @Test(arguments: Extremes.integers)
    func `a lag is taken from any edge`(edge: Int64) throws {
        for lag in Extremes.integers where lag >= 0 {
            var writer = StateWriter()
            writer.write(1)
            writer.write(edge)
            writer.write(0)
            var reader = StateReader(writer.bytes)
            let increment = try IncrementEdge(from: &reader)
            #expect(try #require(increment.since(lag: lag)) <= edge)
        }
    }

    @Test(arguments: [0, -1, 1001, .max, .min, 1 << 53])
    func `workers are from 1 to 1000`(workers: Int) async throws {
        let text = """
            [run]
            workers = \(workers)

            [[source]]
            use = "numbers"
            count = 3

            [[sink]]
            use = "lines"
            path = "@/out.txt"
            """
        let findings = try await Workshop().findings(text)
        #expect(findings.contains("error[option.range]: \(workers) is out of range"))
        #expect(findings.contains("allowed: 1...1000"))
    }

    @Test(arguments: [
        ("\"2678401s\"", "option.range"), ("\"9999999999h\"", "option.range"), ("0", "option.range"),
        ("-1", "option.range"),
    ])
    func `checkpoints are stored once a month at least, unless never`(value: String, code: String) async throws {
        let text =
            "[run]\ncheckpoint_every = \(value)\n\n[[source]]\nuse = \"numbers\"\n\n[[sink]]\nuse = \"lines\"\npath = \"@/o\"\n"
        #expect(try await Workshop().findings(text).contains(code))
    }
}
