import PluginKit

/// Doubles numbers, with one flaw.
struct FlawedTransform: MapTransform {
    static let name = "flawed"
    static let summary = "Doubles numbers, with a flaw."

    enum Flaw: String, CaseIterable, OptionValue {
        case none
        case dropsFirst = "drops-first"
        case counts
        case rejectsLast = "rejects-last"
        case saysHowMany = "says-how-many"
        case otherColumns = "other-columns"
    }

    struct Options: OptionGroup {
        @Option("What is wrong with it.") var flaw = Flaw.none
    }

    private final class Hidden: Sendable {
        let seen = Locked<Int64>(0)
    }

    let output: Schema
    private let flaw: Flaw
    private let n: Field
    private let hidden = Hidden()

    init(_ options: Options, input: Schema, in context: StageContext) throws {
        flaw = options.flaw
        n = try input.field("n")
        output = flaw == .otherColumns ? input.adding("promised", kind: .text) : input
    }

    func apply(to batch: inout Batch) {
        batch.replace(integers: n) { batch, out in
            for row in 0..<batch.count {
                let number = batch.integer(row, in: n) ?? 0
                let seen = hidden.seen.withLock { seen in
                    seen += 1
                    return seen
                }
                out.append(flaw == .counts ? seen : number * 2)
            }
        }
        switch flaw {
        case .dropsFirst: batch.keep { _, row in row > 0 }
        case .rejectsLast where !batch.isEmpty: batch.reject(batch.count - 1, code: "flawed.last", because: "the last")
        case .saysHowMany where batch.count > 2: batch.noteFiltered(1, because: "something")
        default: break
        }
    }
}

/// Counts how often numbers stand in the table, with one flaw.
struct FlawedLookup: Transform {
    static let name = "flawed-lookup"
    static let summary = "Looks up, with a flaw."

    struct Options: OptionGroup {
        @Option("Whether the table knows of batches.") var flawed = false
    }

    let outputs: [Output]
    private let isFlawed: Bool
    private let other: Field

    init(_ options: Options, inputs: Inputs, in context: StageContext) throws {
        isFlawed = options.flawed
        other = try (inputs.lookup ?? [:]).field("n")
        outputs = [Output(inputs.main.adding("count", kind: .integer))]
    }

    func makeTable(_ files: SpillFolder) -> Int64 { 0 }

    func remember(_ batch: borrowing Batch, in table: inout Int64) {
        table += isFlawed ? 1 : Int64(batch.count)
    }

    func apply(to batch: inout Batch, table: borrowing Int64, memory: inout Void, outputs: inout Outputs) {
        let output = self.outputs[0].schema
        batch.reshape(to: output)
        let count = copy table
        batch.replace(integers: Field(index: output.width - 1, kind: .integer)) { batch, out in
            for _ in 0..<batch.count { out.append(count) }
        }
    }
}
