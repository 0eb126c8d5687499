package import PluginKit

/// Gives a column another name.
package struct Rename: MapTransform {
    package static let name = "rename"
    package static let summary = "Gives a column another name."

    package struct Options: OptionGroup {
        @Option("The column.") var column: ColumnName
        @Option("Its new name.") var to: String
        package init() {}
    }

    package let output: Schema

    package init(_ options: Options, input: Schema, in context: StageContext) throws {
        // Not asked for: whoever asks for the new name asks for the old one.
        guard input.column(options.column.name) != nil else {
            _ = try input.field(options.column.name, at: options.$column)
            preconditionFailure("an unknown column is an error")
        }
        output = Schema(input.columns.map { $0.name == options.column.name ? $0.renamed(to: options.to) : $0 })
    }

    package func apply(to batch: inout Batch) {
        batch.reshape(to: output, from: Array(0..<output.width))
    }
}
