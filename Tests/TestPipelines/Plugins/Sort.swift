package import PluginKit
package import Spilling

/// Sorts records by columns, more of them than memory holds.
package struct Sort: Transform {
    package static let name = "sort"
    package static let summary = "Sorts records by columns."

    package struct Options: OptionGroup {
        @Option("The columns to sort by, the most significant one first.") var by: [ColumnName]
        @Option("Whether large values come first.") var descending = false
        @Option("How many bytes are held in memory.") var memory = ByteCount(64 << 10)
        package init() {}
    }

    package let outputs: [Output]
    private let order: SortOrder
    private let memory: Int
    private let pageSize: Int

    package init(_ options: Options, inputs: Inputs, in context: StageContext) throws {
        outputs = [Output(inputs.main)]
        order = SortOrder(
            try options.by.map { name in
                SortOrder.Column(
                    try inputs.main.field(name.name, at: options.$by),
                    isDescending: options.descending
                )
            }
        )
        memory = options.memory.bytes
        pageSize = context.batchSize
    }

    package func makeMemory(_ files: SpillFolder) -> SortedRuns {
        SortedRuns(outputs[0].schema, by: order, memory: memory, in: files)
    }

    package func apply(
        to batch: inout Batch,
        table: borrowing Void,
        memory: inout SortedRuns,
        outputs: inout Outputs
    ) throws {
        try memory.add(batch)
        batch.absorb()
    }

    package func drain(_ memory: inout SortedRuns, page: Int, outputs: inout Outputs) throws -> Drained {
        try memory.drain(into: &outputs[0], atMost: pageSize)
    }

    package func store(_ memory: inout SortedRuns, to writer: inout StateWriter) throws {
        try memory.store(to: &writer)
    }

    package func restore(from reader: inout StateReader, files: SpillFolder) throws -> SortedRuns {
        try SortedRuns(outputs[0].schema, by: order, memory: memory, in: files, from: &reader)
    }
}

extension Sort {
    /// The columns to sort by.
    package var needs: Needs { .columns(order.columns.map { outputs[0].schema.columns[$0.field.index].name }) }
}
