package import PluginKit
internal import Spilling

/// Keeps one record of each key.
package struct Dedupe: Transform {
    package static let name = "dedupe"
    package static let summary = "Keeps one record of each key: the first, the last, or the newest by a column."
    package static let details = """
        The key of a record is the values of the columns `by`, compared exactly. Of the records with one key, the first \
        is kept, with `keep = "last"` the last, and with `newest` the one with the largest value in that column; of \
        several such, the last. A record with null in all columns of the key has no key and is kept. The records that \
        are kept stay in the order in which they arrived.

        At most about `memory` is held in memory, whatever the number of keys. The first record of a key is passed on \
        immediately, as long as there is room for its key: 64 MiB hold about two million keys, of any length. Records \
        with further keys are sorted in files, and come out at the end. With `last` and `newest`, all records are sorted \
        in files. The keys in memory are fingerprints of 128 bits with a random secret: that two different keys out of \
        a billion have the same one has a probability of 1 in 10^21.
        """
    package static let example: String? = """
        [[transform]]
        use = "dedupe"
        by = ["email"]
        newest = "changed_at"
        """

    /// Which record of a key is kept.
    package enum Keep: String, CaseIterable, OptionValue {
        case first, last
    }

    package struct Options: OptionGroup {
        @Option("The columns that form the key.")
        package var by: [ColumnName]

        @Option("Which record of a key is kept: `first` or `last`. Default: `first`.")
        package var keep: Keep?

        @Option("The column whose largest value is kept, such as the time of a change, instead of `keep`.")
        package var newest: ColumnName?

        @Option("How much memory keys and records may take before they go to files.", in: SpillMemory.limits)
        package var memory = SpillMemory.usual

        package init() {}
    }

    package let outputs: [Output]
    package let needsWhole: String? = "each part would keep a record of each key"
    let key: SortOrder
    let newest: SortOrder?
    let keepsFirst: Bool
    let limit: Int
    private let pageSize: Int

    /// The memory of each of the two sorts: half of all, or an eighth beside the keys that were seen.
    var limitOfRows: Int { keepsFirst ? limit / 8 : limit / 2 }
    /// The memory of the keys that were seen.
    var limitOfKeys: Int { limit / 4 * 3 }

    package init(_ options: Options, inputs: Inputs, in context: StageContext) throws {
        let input = inputs.main
        var problems = DiagnosticList()
        var fields: [Field] = []
        do throws(DiagnosticList) {
            fields = try KeyColumns.fields(options.by, of: input, at: options.$by)
            if fields.isEmpty {
                problems.append(
                    Diagnostic(
                        "dedupe.no-columns",
                        message: "there is no column to distinguish records by",
                        at: options.$by
                    )
                )
            }
        } catch {
            problems.append(contentsOf: error)
        }
        var newest: SortOrder?
        if let column = options.newest {
            do throws(Diagnostic) {
                newest = SortOrder([try input.field(column.name, at: options.$newest)])
                if options.keep != nil {
                    throw Diagnostic(
                        "dedupe.keep",
                        message: "'keep' and 'newest' both state which record is kept",
                        at: options.$keep,
                        hint: "remove one of them"
                    )
                }
            } catch {
                problems.append(error)
            }
        }
        try problems.throwIfErrors()
        outputs = [Output(input)]
        key = SortOrder(fields)
        self.newest = newest
        keepsFirst = newest == nil && options.keep != .last
        limit = options.memory.bytes
        pageSize = context.batchSize(columns: input.width)
    }

    package func makeMemory(_ files: SpillFolder) -> DedupeMemory { DedupeMemory(self, in: files) }

    package func apply(
        to batch: inout Batch,
        table: borrowing Void,
        memory: inout DedupeMemory,
        outputs: inout Outputs
    ) throws {
        try memory.add(&batch, to: self)
    }

    package func bytesInMemory(_ memory: borrowing DedupeMemory, table: borrowing Void) -> Int? {
        memory.bytesInMemory
    }

    package func drain(_ memory: inout DedupeMemory, page: Int, outputs: inout Outputs) throws -> Drained {
        try memory.drain(into: &outputs[0], atMost: pageSize)
    }

    package func store(_ memory: inout DedupeMemory, to writer: inout StateWriter) throws {
        try memory.store(to: &writer)
    }

    package func restore(from reader: inout StateReader, files: SpillFolder) throws -> DedupeMemory {
        try DedupeMemory(self, in: files, from: &reader)
    }
}

extension Dedupe {
    /// The columns of the key, and the one that is compared.
    package var needs: Needs {
        .columns((key.columns + (newest?.columns ?? [])).map { outputs[0].schema.columns[$0.field.index].name })
    }
}
