import PluginKit

/// Moves even and odd numbers to outputs, and leaves out what is below zero, with one flaw.
struct FlawedRoute: RoutingTransform {
    static let name = "flawed-route"
    static let summary = "Parts numbers, with a flaw."

    enum Flaw: String, CaseIterable, OptionValue {
        case none
        case loses
        case doubles
        case firstOfBatch = "first-of-batch"
        case oneOutputLess = "one-output-less"
        case otherColumns = "other-columns"
        case sharedName = "shared-name"
        case dottedName = "dotted-name"
    }

    struct Options: OptionGroup {
        @Option("What is wrong with it.") var flaw = Flaw.none
    }

    let outputs: [NamedOutput]
    private let flaw: Flaw
    private let n: Field

    init(_ options: Options, input: Schema, in context: StageContext) throws {
        flaw = options.flaw
        n = try input.field("n")
        let odd = flaw == .sharedName ? "even" : flaw == .dottedName ? "odd.numbers" : "odd"
        outputs = [
            NamedOutput("even", flaw == .otherColumns ? ["other": .integer] : input), NamedOutput(odd, input),
        ]
    }

    func route(_ batch: inout Batch, to outputs: inout [Batch]) {
        if flaw == .otherColumns { outputs[0] = Batch(batch.schema) }
        for row in 0..<batch.count {
            let number = batch.integer(row, n) ?? 0
            if flaw == .loses, number == 2 { continue }
            if number < 0 { continue }
            let isFirst = flaw == .firstOfBatch && row == 0
            outputs[number % 2 == 0 || isFirst ? 0 : 1].append(row, of: batch)
            if flaw == .doubles, number == 2 { outputs[1].append(row, of: batch) }
        }
        batch.keep { batch, row in (batch.integer(row, n) ?? 0) < 0 }
        if flaw == .oneOutputLess { outputs.removeLast() }
    }
}
