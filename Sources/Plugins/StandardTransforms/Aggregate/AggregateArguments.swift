internal import Expressions
internal import PluginKit

/// What the columns of an aggregate are computed of: columns of the input, and columns with the values of expressions.
struct AggregateArguments {
    private let input: Schema
    private(set) var schema: Schema
    private(set) var computed: [Batch.Assignment] = []

    init(_ input: Schema) {
        self.input = input
        schema = input
    }

    /// The column that a call is computed of; nil for `count()`.
    ///
    /// - Throws: `schema.unknown-column`, findings of expressions.
    mutating func column(
        for call: AggregateCall,
        in context: StageContext
    ) throws(DiagnosticList) -> (Schema.Column?, Field?) {
        guard let argument = call.argument else { return (nil, nil) }
        if let name = argument.column {
            do throws(Diagnostic) {
                let field = try input.field(name, at: argument.place)
                return (input.column(name), field)
            } catch {
                throw DiagnosticList([error])
            }
        }
        if let known = computed.first(where: { $0.value.text == argument }) {
            return (schema.column(known.column), schema.optionalField(known.column))
        }
        let value = try Expression(
            argument,
            for: input,
            wants: .value,
            as: call.name,
            context: context.expressions
        )
        for warning in value.warnings { context.log.sayOncePerPlace(warning) }
        var name = argument.text
        while schema.column(name) != nil { name += " " }
        let column = Schema.Column(name, kind: value.kind ?? .text)
        schema = Schema(schema.columns + [column])
        computed.append((column.name, value))
        return (column, schema.optionalField(column.name))
    }
}
