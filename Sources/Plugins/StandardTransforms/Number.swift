package import PluginKit

/// Adds a column that numbers the records, all of them or those of each group.
package struct Number: Transform {
    package static let name = "number"
    package static let summary = "Adds a column that numbers the records, all of them or those of each group."
    package static let details = """
        The records are numbered in the order in which they arrive. With `per`, each group of records that hold the \
        same values in these columns is numbered separately, wherever its records are; null is a value like any other.

        Without `per`, only the last number is held in memory. With it, all groups are: about 60 bytes each, plus \
        their values. `memory` is the limit, by default 1 GiB: a run that needs more stops with `keys.memory` and \
        publishes nothing. Every checkpoint holds the values and the last number of each group.
        """
    package static let columns: [ColumnReference] = [
        .init("number", kind: .integer, help: "the record's number; `as` gives it another name")
    ]
    package static let example: String? = """
        [[transform]]
        use = "number"
        as = "viewing"
        per = ["tmdb"]
        """

    package struct Options: OptionGroup {
        @Option("The name of the new column.")
        package var `as`: ColumnName = "number"

        @Option("The first number.", in: -1_000_000_000_000_000...1_000_000_000_000_000)
        package var start = 1

        @Option("The columns whose values form a group. Default: all records are one group.")
        package var per: [ColumnName]?

        @Option("How much memory the groups may take; the run stops if they need more.", in: KeyMemory.limits)
        package var memory = KeyMemory.usual

        package init() {}
    }

    package let outputs: [Output]
    package let needsWhole: String? = "each part would begin with the first number"
    private let number: Field
    private let group: [Field]
    private let start: Int64
    private let bound: Int

    package init(_ options: Options, inputs: Inputs, in context: StageContext) throws {
        let input = inputs.main
        if input.column(options.as.name) != nil {
            throw Diagnostic(
                "number.column",
                message: "the column '\(options.as.name)' already exists",
                at: options.$as,
                hint: "give the new one another name: as = \"…\""
            )
        }
        group = try KeyColumns.fields(options.per ?? [], of: input, at: options.$per)
        outputs = [Output(input.adding(options.as.name, kind: .integer))]
        number = Field(index: input.width, kind: .integer)
        start = Int64(options.start)
        bound = options.memory.bytes
    }

    /// The next numbers.
    package struct Memory: StoredState {
        /// The next number if all records are one group.
        fileprivate var next: Int64
        fileprivate var groups = KeyTable()
        /// The next number of each group, by the place of its key.
        fileprivate var nextOfGroup: [Int64] = []

        fileprivate init(next: Int64) { self.next = next }

        package func write(to writer: inout StateWriter) {
            next.write(to: &writer)
            groups.write(to: &writer)
            nextOfGroup.write(to: &writer)
        }

        package init(from reader: inout StateReader) throws(Diagnostic) {
            next = try Int64(from: &reader)
            groups = try KeyTable(from: &reader)
            nextOfGroup = try [Int64](from: &reader)
            guard nextOfGroup.count == groups.count else { throw StateReader.damaged }
        }
    }

    package func makeMemory(_ files: SpillFolder) -> Memory { Memory(next: start) }

    package func apply(
        to batch: inout Batch,
        table: borrowing Void,
        memory: inout Memory,
        outputs: inout Outputs
    ) throws {
        batch.reshape(to: self.outputs[0].schema)
        guard !group.isEmpty else {
            batch.replace(integers: number) { batch, out in
                for row in 0..<batch.count { out.append(memory.next &+ Int64(row)) }
            }
            memory.next &+= Int64(batch.count)
            return
        }
        let keys = KeyList(group, of: batch)
        try memory.groups.prepare(for: keys, atMost: bound)
        batch.replace(integers: number) { batch, out in
            for row in 0..<batch.count {
                let (place, isNew) = memory.groups.insert(row, of: keys)
                if isNew { memory.nextOfGroup.append(start) }
                out.append(memory.nextOfGroup[place])
                memory.nextOfGroup[place] &+= 1
            }
        }
    }
}

extension Number {
    /// The columns of the group.
    package var needs: Needs {
        var needs = Needs.columns(group.map { outputs[0].schema.columns[$0.index].name })
        needs.made[outputs[0].schema.columns[number.index].name] = []
        return needs
    }
}
