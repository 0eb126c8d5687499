package import PluginKit

/// Keeps the first record of each key.
package struct Unique: Transform {
    package static let name = "unique"
    package static let summary = "Keeps the first record of each key and leaves out the others."
    package static let details = """
        The key of a record is the values of the columns `by`; keys are compared exactly. A record whose key has \
        occurred before is left out and counted. A record with null in all of these columns has no key and is kept.

        All keys are held in memory: about 50 bytes each, plus their values, such as 60 MB for a million ids. Every \
        checkpoint holds the values, 10 MB for these. `memory` is the limit, by default 1 GiB, or about fifteen \
        million ids: a run that needs more stops with `keys.memory` and publishes nothing; it never leaves out records \
        silently. If records of one key are close together, `within` needs less memory: only the keys of the last \
        `within` kept records are held, and a record whose key occurred before those is kept again.
        """
    package static let example: String? = """
        [[transform]]
        use = "unique"
        by = ["tmdb", "watched_at"]
        within = 100_000
        """

    package struct Options: OptionGroup {
        @Option("The columns that form the key.")
        package var by: [ColumnName]

        @Option("How many keys are held in memory. Default: all.")
        package var within: Int?

        @Option("How much memory the keys may take; the run stops if they need more.", in: KeyMemory.limits)
        package var memory = KeyMemory.usual

        package init() {}
    }

    package let outputs: [Output]
    package let needsWhole: String? = "each part would keep a first record of each key"
    private let key: [Field]
    private let within: Int
    private let bound: Int

    package init(_ options: Options, inputs: Inputs, in context: StageContext) throws {
        let input = inputs.main
        var problems = DiagnosticList()
        var key: [Field] = []
        do throws(DiagnosticList) {
            key = try KeyColumns.fields(options.by, of: input, at: options.$by)
            if key.isEmpty {
                problems.append(
                    Diagnostic(
                        "unique.no-columns",
                        message: "there is no column to distinguish records by",
                        at: options.$by
                    )
                )
            }
        } catch {
            problems.append(contentsOf: error)
        }
        if let within = options.within, within < 1 {
            problems.append(
                Diagnostic(
                    "option.range",
                    message: "\(within) is out of range",
                    category: .usage,
                    at: options.$within,
                    hint: "allowed: 1 or more"
                )
            )
        }
        try problems.throwIfErrors()
        self.key = key
        within = options.within ?? .max
        bound = options.memory.bytes
        outputs = [Output(input)]
    }

    /// The keys that have occurred.
    ///
    /// A checkpoint refers to a file that only new keys are added to.
    package struct Memory {
        fileprivate var keys = KeyTable()
        fileprivate var log: KeyLog
    }

    package func makeMemory(_ files: SpillFolder) -> Memory { Memory(log: KeyLog(files)) }

    package func bytesInMemory(_ memory: borrowing Memory, table: borrowing Void) -> Int? {
        memory.keys.bytesInMemory
    }

    package func store(_ memory: inout Memory, to writer: inout StateWriter) throws {
        try memory.log.store(&memory.keys, to: &writer)
    }

    package func restore(from reader: inout StateReader, files: SpillFolder) throws -> Memory {
        var memory = makeMemory(files)
        try memory.log.restore(&memory.keys, from: &reader)
        return memory
    }

    package func apply(
        to batch: inout Batch,
        table: borrowing Void,
        memory: inout Memory,
        outputs: inout Outputs
    ) throws {
        let keys = KeyList(key, of: batch)
        try memory.keys.prepare(for: keys, atMost: bound)
        batch.keep(orFilterAs: "seen before") { _, row in
            guard !keys.isNull(row) else { return true }
            guard memory.keys.insert(row, of: keys).isNew else { return false }
            if memory.keys.count > within { memory.keys.dropFirst() }
            return true
        }
    }
}

extension Unique {
    /// The columns of the key.
    package var needs: Needs { .columns(key.map { outputs[0].schema.columns[$0.index].name }) }
}
