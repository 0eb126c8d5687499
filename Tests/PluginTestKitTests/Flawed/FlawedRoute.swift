import PluginKit

/// Moves even and odd numbers to outputs, and leaves out what is below zero, with one flaw.
struct FlawedRoute: Transform {
    static let name = "flawed-route"
    static let summary = "Parts numbers, with a flaw."

    enum Flaw: String, CaseIterable, OptionValue {
        case none
        case loses
        case doubles
        case firstOfBatch = "first-of-batch"
        case otherColumns = "other-columns"
        case sharedName = "shared-name"
        case dottedName = "dotted-name"
    }

    struct Options: OptionGroup {
        @Option("What is wrong with it.") var flaw = Flaw.none
    }

    let outputs: [Output]
    private let flaw: Flaw
    private let n: Field

    init(_ options: Options, inputs: Inputs, in context: StageContext) throws {
        let input = inputs.main
        flaw = options.flaw
        n = try input.field("n")
        let odd = flaw == .sharedName ? "even" : flaw == .dottedName ? "odd.numbers" : "odd"
        outputs = [
            Output("even", schema: flaw == .otherColumns ? ["other": .integer] : input), Output(odd, schema: input),
        ]
    }

    func apply(to batch: inout Batch, table: borrowing Void, memory: inout Void, outputs: inout Outputs) {
        if flaw == .otherColumns { outputs[0] = Batch(batch.schema) }
        for row in 0..<batch.count {
            let number = batch.integer(row, in: n) ?? 0
            if flaw == .loses, number == 2 { continue }
            if number < 0 { continue }
            let isFirst = flaw == .firstOfBatch && row == 0
            outputs[number % 2 == 0 || isFirst ? 0 : 1].append(row, of: batch)
            if flaw == .doubles, number == 2 { outputs[1].append(row, of: batch) }
        }
        let below = (0..<batch.count).filter { (batch.integer($0, in: n) ?? 0) < 0 }.count
        batch.removeRecords()
        batch.noteFiltered(below, because: "below zero")
    }
}
