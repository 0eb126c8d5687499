internal import Expressions
package import PluginKit
internal import Spilling

/// Combines the records of each group to one record.
package struct Aggregate: Transform {
    package static let name = "aggregate"
    package static let summary = "Combines the records of each group to one: counts, sums, means and others."
    package static let details = """
        Records that hold the same values in the columns `by` are a group; null is a value like any other. Each group \
        becomes one record, with these columns and those that `columns` describes: a function of a column or of \
        another [expression](../expressions.md), and after `as` the name of the result, by default such as \
        `sum_rating`. Without `by`, all records are one group, which is there even if no record came. A record for \
        which an expression has no value is rejected, and in no group.

        | function | result |
        |---|---|
        | `count()`, `count(x)` | how many records there are, and how many with a value in `x` |
        | `count_distinct(x)` | how many different values there are |
        | `sum(x)`, `mean(x)` | of whole, decimal and real numbers; a mean is real |
        | `min(x)`, `max(x)` | of any kind; texts by their code points |
        | `first(x)`, `last(x)`, `any(x)` | a value, in the order of the records |
        | `median(x)`, `quantile(x, 0.9)` | of numbers; between two values in proportion |
        | `join_text(x, ", ")` | the texts in the order of the records, with this between them |

        Nulls are left out by all functions; of nothing but nulls, a count is 0 and any other result null. Sums of \
        numbers are computed without rounding, and those of real numbers rounded once at the end, so that they have \
        the same digits whatever the order of the records and the size of the memory. -0.0 and 0.0 are one value. A \
        group whose sum exceeds the range of its kind, or whose joined text has more than 16 MiB, is rejected with \
        `aggregate.overflow`.

        The groups come out sorted by their columns, nulls last. At most about `memory` is held in memory, whatever \
        the number of groups: more go to files in the state folder and are combined at the end. For `count_distinct`, \
        `median`, `quantile` and `join_text`, the values are sorted in files in the same way.
        """
    package static let example: String? = """
        [[transform]]
        use = "aggregate"
        by = ["year"]
        columns = ["count() as films", "mean(rating) as rating", "sum(rating / 2) as stars"]
        """

    package struct Options: OptionGroup {
        @Option("The columns whose values form a group. Default: all records are one group.")
        package var by: [ColumnName]?

        @Option("The columns to compute, such as `\"mean(rating) as rating\"`.")
        package var columns: [AggregateCall]

        @Option("How much memory the groups may take before they go to files.", in: SpillMemory.limits)
        package var memory = SpillMemory.usual

        package init() {}
    }

    package let outputs: [Output]
    package let needsWhole: String? = "each part would have records of its own for a group"
    let group: [Field]
    let keySchema: Schema
    let order: SortOrder
    let columns: [AggregateColumn]
    /// The columns of the input and, after them, those with the values of expressions.
    private let schema: Schema
    private let input: Schema
    private let computed: [Batch.Assignment]
    let limit: Int
    private let pageSize: Int

    package init(_ options: Options, inputs: Inputs, in context: StageContext) throws {
        let input = inputs.main
        var problems = DiagnosticList()
        var group: [Field] = []
        do throws(DiagnosticList) {
            group = try KeyColumns.fields(options.by ?? [], of: input, at: options.$by)
        } catch {
            problems.append(contentsOf: error)
        }
        if options.columns.isEmpty, group.isEmpty {
            problems.append(
                Diagnostic("aggregate.no-columns", message: "there is no column to compute", at: options.$columns)
            )
        }
        var names = Set(group.map { input.columns[$0.index].name })
        var columns: [AggregateColumn] = []
        var arguments = AggregateArguments(input)
        for call in options.columns where !problems.isFull {
            do throws(DiagnosticList) {
                let (column, field) = try arguments.column(for: call, in: context)
                do throws(Diagnostic) {
                    columns.append(try AggregateColumn(call, of: column, field: field))
                } catch {
                    throw DiagnosticList([error])
                }
            } catch {
                problems.append(contentsOf: error)
            }
            if !names.insert(call.name).inserted {
                problems.append(
                    Diagnostic(
                        "aggregate.column",
                        message: "the result already has a column '\(call.name)'",
                        at: call.place,
                        hint: "give this one another name: … as \"NAME\""
                    )
                )
            }
        }
        try problems.throwIfErrors()
        self.group = group
        self.columns = columns
        self.input = input
        schema = arguments.schema
        computed = arguments.computed
        keySchema = Schema(group.map { input.columns[$0.index] })
        order = SortOrder(group.map { SortOrder.Column($0, nullsLast: true) })
        outputs = [Output(Schema(keySchema.columns + columns.map(\.output)))]
        limit = options.memory.bytes
        pageSize = context.batchSize(columns: outputs[0].schema.width)
    }

    package func makeMemory(_ files: SpillFolder) -> AggregateMemory { AggregateMemory(self, in: files) }

    package func apply(
        to batch: inout Batch,
        table: borrowing Void,
        memory: inout AggregateMemory,
        outputs: inout Outputs
    ) throws {
        if !computed.isEmpty { batch.compute(computed, schema: schema) }
        if !batch.isEmpty { try memory.add(batch, to: self) }
        batch.absorb()
        batch.reshape(to: input)
    }

    package func bytesInMemory(_ memory: borrowing AggregateMemory, table: borrowing Void) -> Int? {
        memory.bytesInMemory
    }

    package func drain(_ memory: inout AggregateMemory, page: Int, outputs: inout Outputs) throws -> Drained {
        try memory.drain(into: &outputs[0], atMost: pageSize, of: self)
    }

    package func store(_ memory: inout AggregateMemory, to writer: inout StateWriter) throws {
        try memory.store(to: &writer, of: self)
    }

    package func restore(from reader: inout StateReader, files: SpillFolder) throws -> AggregateMemory {
        try AggregateMemory(self, in: files, from: &reader)
    }
}

extension Aggregate {
    package var expressions: [StageExpression] {
        computed.map { StageExpression($0.column, expression: $0.value) }
    }

    /// The columns of the groups, and those that are computed of; nothing else comes out.
    package var needs: Needs {
        let read = columns.compactMap(\.call.argument?.column) + computed.flatMap(\.value.columns)
        return Needs(
            always: Set(keySchema.names + read),
            made: Dictionary(uniqueKeysWithValues: columns.map { ($0.call.name, []) }),
            keepsOtherColumns: false
        )
    }
}
