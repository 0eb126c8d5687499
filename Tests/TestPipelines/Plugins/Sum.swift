package import PluginKit

/// Adds up the numbers so far, in a column of the stage's own name, and says the total at the end.
package struct Sum: Transform {
    package static let name = "sum"
    package static let summary = "Adds up the numbers so far."

    package struct Options: OptionGroup {
        @Option("Whether to append a record with the total at the end.") var total = false
        @Option("The number at which it fails.") var failAt: Int?
        package init() {}
    }

    package let outputs: [Output]
    private let options: Options
    private let n: Field
    private let sum: Field

    package init(_ options: Options, inputs: Inputs, in context: StageContext) throws {
        let input = inputs.main
        self.options = options
        n = try input.field("n")
        sum = Field(index: input.width, kind: .integer)
        outputs = [Output(input.adding(context.stage, kind: .integer))]
    }

    package func makeMemory(_ files: SpillFolder) -> Int { 0 }

    package func apply(
        to batch: inout Batch,
        table: borrowing Void,
        memory: inout Int,
        outputs: inout Outputs
    ) throws {
        batch.reshape(to: self.outputs[0].schema)
        try batch.replace(integers: sum) { batch, out in
            for row in 0..<batch.count {
                let number = Int(batch.integer(row, in: n) ?? 0)
                if number == options.failAt { throw Diagnostic("sum.broken", message: "\(number) cannot be added") }
                memory += number
                out.append(Int64(memory))
            }
        }
    }

    package func drain(_ memory: inout Int, page: Int, outputs: inout Outputs) -> Drained {
        guard options.total else { return .end }
        outputs[0].appendRows(atMost: 1) { rows in
            rows.set(0, in: n)
            rows.set(Int64(memory), in: sum)
            rows.endRow()
        }
        return .end
    }
}

extension Sum {
    /// The numbers.
    package var needs: Needs { Needs(always: ["n"], made: [outputs[0].schema.columns[sum.index].name: []]) }
}
