package import PluginKit

/// Keeps rows that meet conditions such as `a >= 3` or `b == null`, and does nothing else.
package struct Keep: MapTransform {
    package static let name = "keep"
    package static let summary = "Keeps rows."

    package struct Options: OptionGroup {
        @Option("The conditions, all of which must hold.") var meet: [String]
        package init() {}
    }

    package let output: Schema
    private let conditions: [(condition: Condition, field: Field)]

    package init(_ options: Options, input: Schema, in context: StageContext) throws {
        output = input
        conditions = try options.meet.map { text in
            let words = text.split(separator: " ").map(String.init)
            guard words.count == 3, let comparison = Condition.Comparison(rawValue: words[1]) else {
                throw Diagnostic("keep.condition", message: "'\(text)' is no condition", at: options.$meet)
            }
            let value = Int64(words[2]).map(Value.integer) ?? .null
            return (Condition(words[0], comparison: comparison, value: value), try input.field(words[0]))
        }
    }

    package var needs: Needs {
        Narrowed.isOn ? Needs(conditions: conditions.map(\.condition), isTransparent: true) : .all
    }

    package func apply(to batch: inout Batch) {
        let conditions = conditions
        batch.keep { batch, row in conditions.allSatisfy { $0.condition.holds(for: batch[row, $0.field]) } }
    }
}

/// Hands on some columns, under names of their own: `x: a`.
package struct Pick: MapTransform {
    package static let name = "pick"
    package static let summary = "Picks columns."

    package struct Options: OptionGroup {
        @Option("The columns, each new name with the old one.") var columns: [String]
        package init() {}
    }

    package let output: Schema
    private let renamed: [String: String]
    private let sources: [Int?]

    package init(_ options: Options, input: Schema, in context: StageContext) throws {
        let names = options.columns.map { $0.split(separator: ":").map { String($0.drop { $0 == " " }) } }
        let fields = try names.map { try input.field($0[1]) }
        output = Schema(zip(names, fields).map { Schema.Column($0[0], kind: $1.kind) })
        renamed = Dictionary(names.map { ($0[0], $0[1]) }) { first, _ in first }
        sources = fields.map(\.index)
    }

    package var needs: Needs {
        Narrowed.isOn ? Needs(renamed: renamed, keepsOtherColumns: false, isTransparent: true) : .all
    }

    package func apply(to batch: inout Batch) { batch.reshape(to: output, from: sources) }
}

/// Adds up two columns into a third, new or old; null where one of them is.
package struct Plus: MapTransform {
    package static let name = "plus"
    package static let summary = "Adds up two columns."

    package struct Options: OptionGroup {
        @Option("The two columns.") var of: [ColumnName]
        @Option("The third.") var into: ColumnName
        package init() {}
    }

    package let output: Schema
    private let fields: [Field]
    private let sum: Field
    private let options: Options

    package init(_ options: Options, input: Schema, in context: StageContext) throws {
        self.options = options
        fields = try options.of.map { try input.field($0.name) }
        output = input.adding(options.into.name, kind: .integer)
        sum = try output.field(options.into.name)
    }

    package var needs: Needs {
        guard Narrowed.isOn else { return .all }
        return Needs(made: [options.into.name: Set(options.of.map(\.name))], isTransparent: true)
    }

    package func apply(to batch: inout Batch) {
        let sums = (0..<batch.count).map { row in
            fields.reduce(Int64?(0)) { sum, field in
                sum.flatMap { sum in batch.integer(row, in: field).map { sum + $0 } }
            }
        }
        batch.reshape(to: output)
        batch.replace(sum) { _, out in
            for sum in sums { if let sum { out.append(sum) } else { out.appendNull() } }
        }
    }
}
