package import PluginKit

/// Parts even and odd numbers; multiples of ten go nowhere.
package struct Parity: Transform {
    package static let name = "parity"
    package static let summary = "Parts even and odd numbers."

    package let outputs: [Output]
    private let n: Field

    package init(_ options: NoOptions, inputs: Inputs, in context: StageContext) throws {
        let input = inputs.main
        n = try input.field("n")
        outputs = [Output("even", schema: input), Output("odd", schema: input)]
    }

    package func apply(
        to batch: inout Batch,
        table: borrowing Void,
        memory: inout Void,
        outputs: inout Outputs
    ) {
        let isOdd = { (batch: borrowing Batch, row: Int) in (batch.integer(row, in: n) ?? 0) % 2 != 0 }
        outputs[1] = batch.gathered(batch.rows { isOdd(batch, $0) })
        batch.keep { batch, row in !isOdd(batch, row) && (batch.integer(row, in: n) ?? 0) % 10 != 0 }
    }
}

extension Parity {
    /// The numbers.
    package var needs: Needs { .columns(["n"]) }
}
