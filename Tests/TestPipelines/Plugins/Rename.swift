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
    private let names: [String: String]

    package init(_ options: Options, input: Schema, in context: StageContext) throws {
        _ = try input.field(options.column.name, at: options.$column)
        names = [options.column.name: options.to]
        output = Schema(input.columns.map { $0.name == options.column.name ? $0.renamed(to: options.to) : $0 })
    }

    package func apply(to batch: inout Batch) {
        batch.reshape(to: output, from: Array(0..<output.width))
    }
}

extension Rename {
    /// The column under its old name.
    package var needs: Needs { .renaming(names) }
}
