package import PluginKit

/// Moves even numbers to one output and odd ones to another.
package struct Parity: RoutingTransform {
    package static let name = "parity"
    package static let summary = "Moves even numbers to 'even' and odd ones to 'odd'."

    package struct Options: OptionGroup {
        @Option("The column to look at.") package var of: ColumnName
        package init() {}
    }

    package let outputs: [NamedOutput]
    private let number: Field

    package init(_ options: Options, input: Schema, in context: StageContext) throws {
        number = try input.field(options.of.name, at: options.$of)
        outputs = [NamedOutput("even", input), NamedOutput("odd", input)]
    }

    package func route(_ batch: inout Batch, to outputs: inout [Batch]) {
        for row in 0..<batch.count {
            guard let number = batch.integer(row, number) else { continue }
            outputs[number.isMultiple(of: 2) ? 0 : 1].append(row, of: batch)
        }
        // What is left counts as filtered.
        batch.keep { batch, row in batch.isNull(row, number) }
    }
}
