import PluginKit

/// Adds to each number the sum of those before it, and the sum of all at the end, with one flaw.
struct FlawedMemory: Transform {
    static let name = "flawed-memory"
    static let summary = "Adds up, with a flaw."

    enum Flaw: String, CaseIterable, OptionValue {
        case none
        case forgets
        case hidesSum = "hides-sum"
        case countsBatches = "counts-batches"
        case storesLess = "stores-less"
        case storesMore = "stores-more"
        case storesNothing = "stores-nothing"
        case finishCountsBatches = "finish-counts-batches"
        case otherColumns = "other-columns"
        case otherTotals = "other-totals"
        case wantsTooFew = "wants-too-few"
    }

    struct Options: OptionGroup {
        @Option("What is wrong with it.") var flaw = Flaw.none
    }

    struct Memory: StoredState {
        var flaw: Flaw
        var sum: Int64 = 0
        var batches: Int64 = 0

        init(_ flaw: Flaw) { self.flaw = flaw }

        func write(to writer: inout StateWriter) {
            if flaw == .storesNothing { return }
            (Flaw.allCases.firstIndex(of: flaw) ?? 0).write(to: &writer)
            writer.write(flaw == .storesLess ? Int64(Int8(truncatingIfNeeded: sum)) : sum)
            writer.write(batches)
            if flaw == .storesMore { writer.write(1) }
        }

        init(from reader: inout StateReader) throws(Diagnostic) {
            let flaw = try Int(from: &reader)
            guard Flaw.allCases.indices.contains(flaw) else { throw StateReader.damaged }
            self.flaw = Flaw.allCases[flaw]
            sum = try reader.readInteger()
            batches = try reader.readInteger()
        }
    }

    /// What a transform must not do: remember beside its memory.
    private final class Hidden: Sendable {
        let sum = Locked<Int64>(0)
    }

    let outputs: [Output]
    private let flaw: Flaw
    private let n: Field
    private let hidden = Hidden()

    init(_ options: Options, inputs: Inputs, in context: StageContext) throws {
        let input = inputs.main
        flaw = options.flaw
        n = try input.field("n")
        outputs = [Output(flaw == .otherColumns ? input.adding("promised", kind: .text) : input)]
    }

    func makeMemory(_ files: SpillFolder) -> Memory { Memory(flaw) }

    func wantsMore(_ memory: borrowing Memory) -> Bool {
        let sum = memory.sum
        return flaw != .wantsTooFew || sum < 2
    }

    func apply(to batch: inout Batch, table: borrowing Void, memory state: inout Memory, outputs: inout Outputs) {
        if flaw == .forgets { state.sum = 0 }
        if flaw == .hidesSum { state.sum = hidden.sum.withLock { $0 } }
        if !batch.isEmpty { state.batches += 1 }
        batch.replace(integers: n) { batch, out in
            for row in 0..<batch.count {
                state.sum += batch.integer(row, in: n) ?? 0
                out.append(state.sum + (flaw == .countsBatches ? state.batches : 0))
            }
        }
        if flaw == .hidesSum { hidden.sum.withLock { $0 = state.sum } }
    }

    func drain(_ memory: inout Memory, page: Int, outputs: inout Outputs) -> Drained {
        if flaw == .otherTotals { outputs[0] = Batch(["total": .integer]) }
        let total = flaw == .finishCountsBatches ? memory.batches : memory.sum
        outputs[0].appendRows(atMost: 1) { rows in
            rows.set(total, in: Field(index: 0, kind: .integer))
            rows.endRow()
        }
        return .end
    }
}
