package import PluginKit

/// Marks the numbers that another stage has, in a column of the stage's own name.
package struct Find: Transform {
    package static let name = "find"
    package static let summary = "Marks the numbers that another stage has."

    package struct Options: OptionGroup {
        @Option("What happens to numbers that it does not have.") var missing = Missing.keep
        @Option("The number at which it fails to remember.") var failAt: Int?
        package init() {}
    }

    package enum Missing: String, CaseIterable, OptionValue {
        case keep, reject, drop
    }

    package let outputs: [Output]
    private let options: Options
    private let n: Field
    private let other: Field
    private let mark: Field
    private let stage: String

    package init(_ options: Options, inputs: Inputs, in context: StageContext) throws {
        let input = inputs.main
        self.options = options
        n = try input.field("n")
        other = try (inputs.lookup ?? [:]).field("n")
        mark = Field(index: input.width, kind: .boolean)
        stage = context.stage
        outputs = [Output(input.adding(context.stage, kind: .boolean))]
    }

    package func makeTable(_ files: SpillFolder) -> Set<Int64> { [] }

    package func remember(_ batch: borrowing Batch, in table: inout Set<Int64>) throws {
        for row in 0..<batch.count {
            guard let number = batch.integer(row, in: other) else { continue }
            if number == options.failAt.map(Int64.init) { throw Forgetful() }
            table.insert(number)
        }
        Trace.current?.note("\(stage) remembers \(table.count)")
    }

    package func apply(
        to batch: inout Batch,
        table: borrowing Set<Int64>,
        memory: inout Void,
        outputs: inout Outputs
    ) {
        batch.reshape(to: self.outputs[0].schema)
        let known = (0..<batch.count).map { row in batch.integer(row, in: n).map(table.contains) ?? false }
        batch.replace(mark) { _, out in
            for isKnown in known { out.append(isKnown) }
        }
        switch options.missing {
        case .keep: break
        case .reject: batch.reject { _, row in known[row] ? nil : ("find.missing", "it is not there") }
        case .drop: batch.keep(orFilterAs: "numbers that are not there") { _, row in known[row] }
        }
    }

    package struct Forgetful: Error, CustomStringConvertible {
        package var description: String { "nothing stays in mind" }
    }
}

extension Find {
    /// The numbers.
    package var needs: Needs { Needs(always: ["n"], made: [stage: []]) }
    /// The numbers of the other stage.
    package var lookupNeeds: Needs { Needs(always: ["n"], keepsOtherColumns: false) }
}
