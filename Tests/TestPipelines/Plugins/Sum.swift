package import PluginKit

/// Adds up the numbers so far, in a column of the stage's own name, and says the total at the end.
package struct Sum: StatefulTransform {
    package static let name = "sum"
    package static let summary = "Adds up the numbers so far."

    package struct Options: OptionGroup {
        @Option("Whether to append a record with the total at the end.") var total = false
        @Option("The number at which it fails.") var failAt: Int?
        package init() {}
    }

    package let output: Schema
    package let initialState = 0
    private let options: Options
    private let n: Field
    private let sum: Field

    package init(_ options: Options, input: Schema, in context: StageContext) throws {
        self.options = options
        n = try input.field("n")
        sum = Field(index: input.width, kind: .integer)
        output = input.adding(context.stage, .integer)
    }

    package func apply(to batch: inout Batch, remembering state: inout Int) throws {
        batch.reshape(to: output)
        try batch.replace(integers: sum) { batch, out in
            for row in 0..<batch.count {
                let number = Int(batch.integer(row, n) ?? 0)
                if number == options.failAt { throw Diagnostic("sum.broken", "\(number) cannot be added") }
                state += number
                out.append(Int64(state))
            }
        }
    }

    package func finish(_ state: inout Int, into batch: inout Batch) {
        guard options.total else { return }
        batch.appendRows(atMost: 1) { rows in
            rows.set(0, in: n)
            rows.set(Int64(state), in: sum)
            rows.endRow()
        }
    }
}

extension Sum {
    /// The numbers.
    package var needs: Needs { Needs(always: ["n"], made: [output.columns[sum.index].name: []]) }
}
