package import PluginKit
package import Spilling

/// Sorts records by columns.
package struct Sort: Transform {
    package static let name = "sort"
    package static let summary = "Sorts records by columns."
    package static let details = """
        The records are sorted by the first column of `by`, those with equal values by the second, and so on; records \
        that are equal in all of them stay in the order in which they arrived. After the name of a column, `desc` \
        reverses its direction, `nulls first` places records without a value first instead of last, and `fold` ignores \
        the difference between upper and lower case. Texts are compared by their code points, independently of any \
        language: `Z` comes before `a` unless the case is folded, and `É` after both. -0.0 and 0.0 are equal. The name \
        of a column that ends with one of these words, or that has backticks, is enclosed in backticks.

        The sort holds at most about `memory` in memory. More records go to sorted files in the state folder, which \
        are merged at the end. A run that is interrupted continues with these files.
        """
    package static let example: String? = """
        [[transform]]
        use = "sort"
        by = ["rating desc", "title fold"]
        """

    package struct Options: OptionGroup {
        @Option("The columns to sort by, the most significant one first, such as `\"rating desc nulls first\"`.")
        package var by: [SortColumn]

        @Option("How much memory the records may take before they go to files.", in: SpillMemory.limits)
        package var memory = SpillMemory.usual

        package init() {}
    }

    package let outputs: [Output]
    package let needsWhole: String? = "each part would be sorted on its own"
    private let order: SortOrder
    private let memory: Int
    private let pageSize: Int

    package init(_ options: Options, inputs: Inputs, in context: StageContext) throws {
        outputs = [Output(inputs.main)]
        order = try SortColumn.order(options.by, of: inputs.main, at: options.$by)
        memory = options.memory.bytes
        pageSize = context.batchSize(columns: inputs.main.width)
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

    package func bytesInMemory(_ memory: borrowing SortedRuns, table: borrowing Void) -> Int? {
        memory.bytesInMemory
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
