package import PluginKit

/// Moves even numbers to one output and odd ones to another.
package struct Parity: Transform {
    package static let name = "parity"
    package static let summary = "Moves even numbers to 'even' and odd ones to 'odd'."

    package struct Options: OptionGroup {
        @Option("The column to look at.") package var of: ColumnName
        package init() {}
    }

    package let outputs: [Output]
    private let number: Field

    package init(_ options: Options, inputs: Inputs, in context: StageContext) throws {
        let input = inputs.main
        number = try input.field(options.of.name, at: options.$of)
        outputs = [Output("even", schema: input), Output("odd", schema: input)]
    }

    package func apply(
        to batch: inout Batch,
        table: borrowing Void,
        memory: inout Void,
        outputs: inout Outputs
    ) {
        batch.keep(orFilterAs: "no number") { batch, row in !batch.isNull(row, in: number) }
        outputs[1] = batch.gathered(batch.rows { (batch.integer($0, in: number) ?? 0) % 2 != 0 })
        // What is left goes to the first output.
        batch.keep { batch, row in (batch.integer(row, in: number) ?? 0) % 2 == 0 }
    }
}
