package import PluginKit

/// Adds the last digit of a number.
package struct LastDigit: MapTransform {
    package static let name = "last-digit"
    package static let summary = "Adds a column 'digit' with the last digit of another."

    package struct Options: OptionGroup {
        @Option("The column to look at.") package var of: ColumnName
        package init() {}
    }

    package let output: Schema
    private let number: Field
    private let digit: Field

    package init(_ options: Options, input: Schema, in context: StageContext) throws {
        number = try input.field(options.of.name, at: options.$of)
        digit = Field(index: input.width, kind: .integer)
        output = input.adding("digit", kind: .integer)
    }

    package func apply(to batch: inout Batch) {
        batch.reshape(to: output)
        batch.replace(integers: digit, nullsOf: [number]) { batch, out in
            let number = batch[integers: number]
            for row in number.indices { out.append(number[row] % 10) }
        }
    }
}
