public import PluginKit

/// Adds the last digit of a number.
public struct LastDigit: MapTransform {
    public static let name = "last-digit"
    public static let summary = "Adds a column 'digit' with the last digit of another."

    public struct Options: OptionGroup {
        @Option("The column to look at.") public var of: ColumnName
        public init() {}
    }

    public let output: Schema
    private let number: Field
    private let digit: Field

    public init(_ options: Options, input: Schema, in context: StageContext) throws {
        number = try input.field(options.of.name, kind: .integer, at: options.$of)
        digit = Field(index: input.width, kind: .integer)
        output = input.adding("digit", kind: .integer)
    }

    public func apply(to batch: inout Batch) {
        batch.reshape(to: output)
        batch.replace(integers: digit, nullsOf: [number]) { batch, out in
            let number = batch[integers: number]
            for row in number.indices { out.append(number[row] % 10) }
        }
    }
}
