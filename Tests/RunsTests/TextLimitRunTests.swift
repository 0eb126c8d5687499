import Diagnostics
import Pipelines
import PluginKit
import Runs
import TestPipelines
import Testing

@testable import Records

/// More text than a batch can address, here 1,000 bytes instead of 4 GiB, ends a run or divides a batch, and never traps.
@Suite struct TextLimitRunTests {
    private let workshop: Workshop

    init() throws {
        var workshop = try Workshop()
        workshop.registry = Registry([Texts.self, Pad.self, PadInOrder.self, Lines.self])
        self.workshop = workshop
    }

    private func run(
        _ source: String,
        transform: String = "",
        columns: String = "[\"n\"]"
    ) async throws -> (report: RunReport, ending: String?) {
        let report = try await Heap.$most.withValue(1000) {
            try await workshop.run(
                """
                [run]
                on_reject = { limit = 1 }
                [[source]]
                use = "texts"
                \(source)
                \(transform)
                [[sink]]
                use = "lines"
                path = "@/a.txt"
                columns = \(columns)
                """
            )
        }
        return (report, report.ending)
    }

    private static let hint = "set a smaller 'batch_size' in [run], and drop columns with long texts before this stage"

    @Test func `a page with more text than fits ends the run, with the record`() async throws {
        let (report, ending) = try await run("count = 20\nbytes = 100", columns: "[]")
        #expect(
            ending == """
                error[batch.text]: texts: a batch of 20 records would have more than 4 GiB of text, from texts.txt, record 11 on
                  hint: \(Self.hint)
                """
        )
        #expect(report.written == 0)
    }

    @Test func `a transform is given halves of a batch until what it makes fits`() async throws {
        let (report, ending) = try await run("count = 20\nbytes = 10", transform: "[[transform]]\nuse = \"pad\"")
        #expect(ending == "published")
        #expect(report.isBalanced)
        #expect(try workshop.lines("a.txt") == (1...20).map { "\($0)" })
    }

    @Test func `a record of which a transform makes more than fits is rejected`() async throws {
        let pad = "[[transform]]\nuse = \"pad\"\nlong = 2"
        let (report, ending) = try await run("count = 3\nbytes = 10", transform: pad)
        #expect(ending == "published")
        #expect((report.rejected, report.written) == (1, 2))
        #expect(try workshop.lines("a.txt") == ["1", "3"])
    }

    @Test func `a transform with a memory ends the run`() async throws {
        let (_, ending) = try await run("count = 20\nbytes = 10", transform: "[[transform]]\nuse = \"pad-in-order\"")
        #expect(
            ending == """
                error[batch.text]: pad-in-order, at texts.txt: a batch of 20 records would have more than 4 GiB of text, from \
                texts.txt, record 6 on
                  hint: \(Self.hint)
                """
        )
    }
}

/// Records with texts of one length, in one page.
private struct Texts: DeclaredSource {
    static let name = "texts"
    static let summary = "Records with texts."

    struct Options: OptionGroup {
        @Option("How many.") var count = 1
        @Option("How long.") var bytes = 1
    }

    let schema: Schema = ["n": .integer, "text": .text]
    private let options: Options

    init(_ options: Options, in context: StageContext) { self.options = options }

    func read(at cursor: Int?, for request: ReadRequest, into batch: inout Batch) -> Next<Int> {
        batch.origin = "texts.txt"
        for n in 1...options.count {
            batch.append(
                request.schema.columns.map {
                    $0.name == "n" ? .integer(Int64(n)) : .text(String(repeating: "x", count: options.bytes))
                }
            )
        }
        return .end
    }
}

/// Makes texts 180 bytes long, and one of them longer than any batch can hold.
private struct Pad: MapTransform {
    static let name = "pad"
    static let summary = "Makes texts longer."

    struct Options: OptionGroup {
        @Option("The number of the longest.") var long: Int?
    }

    let output: Schema
    private let long: Int?

    init(_ options: Options, input: Schema, in context: StageContext) {
        output = input
        long = options.long
    }

    func apply(to batch: inout Batch) {
        batch.replace(Field(index: 1, kind: .text)) { batch, out in
            for row in 0..<batch.count {
                let isLong = long.map(Int64.init) == batch.integer(row, in: Field(index: 0, kind: .integer))
                out.append(String(repeating: "y", count: isLong ? 1001 : 180))
            }
        }
    }
}

/// The same in order.
private struct PadInOrder: Transform {
    static let name = "pad-in-order"
    static let summary = "Makes texts longer."

    let outputs: [Output]

    init(_ options: NoOptions, inputs: Inputs, in context: StageContext) { outputs = [Output(inputs.main)] }

    func makeMemory(_ files: SpillFolder) -> Int { 0 }

    func apply(to batch: inout Batch, table: borrowing Void, memory: inout Int, outputs: inout Outputs) {
        batch.replace(Field(index: 1, kind: .text)) { batch, out in
            for _ in 0..<batch.count { out.append(String(repeating: "y", count: 180)) }
        }
    }
}
