package import PluginKit

/// Adds the sum of a column up to each record, and a last record with the whole sum.
package struct RunningTotal: StatefulTransform {
    package static let name = "running-total"
    package static let summary = "Adds a column 'total' with the sum of another so far."

    package struct Options: OptionGroup {
        @Option("The column to add up.") package var of: ColumnName
        package init() {}
    }

    package let output: Schema
    package let initialState: Int64 = 0
    private let number: Field
    private let total: Field

    package init(_ options: Options, input: Schema, in context: StageContext) throws {
        number = try input.field(options.of.name, at: options.$of)
        total = Field(index: input.width, kind: .integer)
        output = input.adding("total", .integer)
    }

    package func apply(to batch: inout Batch, remembering state: inout Int64) {
        batch.reshape(to: output)
        batch.replace(integers: total) { batch, out in
            for row in 0..<batch.count {
                state += batch.integer(row, number) ?? 0
                out.append(state)
            }
        }
    }

    package func finish(_ state: inout Int64, into batch: inout Batch) {
        batch.appendRows(atMost: 1) { rows in
            rows.set(state, in: total)
            rows.endRow()
        }
    }
}
