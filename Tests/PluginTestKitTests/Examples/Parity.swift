public import PluginKit

/// Moves even numbers to one output and odd ones to another.
public struct Parity: Transform {
    public static let name = "parity"
    public static let summary = "Moves even numbers to 'even' and odd ones to 'odd'."

    public struct Options: OptionGroup {
        @Option("The column to look at.") public var of: ColumnName
        public init() {}
    }

    public let outputs: [Output]
    private let number: Field

    public init(_ options: Options, inputs: Inputs, in context: StageContext) throws {
        let input = inputs.main
        number = try input.field(options.of.name, kind: .integer, at: options.$of)
        outputs = [Output("even", schema: input), Output("odd", schema: input)]
    }

    public func apply(
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
