internal import Diagnostics
package import PluginKit
package import Spilling

/// Adds columns of another stage for the same key, such as the ratings of films to the viewings of films.
package struct Join: Transform {
    package static let name = "join"
    package static let summary = "Adds columns of another stage for the same key."
    package static let details = """
        The stage given by `lookup` is read completely before the first record of the main input, and its columns \
        `take` are stored by `key`. A record whose key is found gets them; any other record, and one without a key, \
        gets nulls. No record is lost or duplicated. If a key occurs twice, the later record counts. Keys are compared \
        exactly.

        The lookup table is held in memory or, if it needs more than `memory`, sorted in a file in the state folder. \
        Its size is not limited, and a lookup takes some microseconds.
        """
    package static let example: String? = """
        [[transform]]
        use = "join"
        from = "plays"
        lookup = "ratings"
        key = "trakt"
        take = ["rating"]
        """

    package struct Options: OptionGroup {
        @Option("The column that both inputs share; it has the same kind in both.")
        package var key: ColumnName

        @Option("The name of the key in the other stage, if it differs.")
        package var lookupKey: ColumnName?

        @Option("The columns to add.")
        package var take: [ColumnName]

        @Option("How much memory the table may take before it is moved to a file.", in: KeyMemory.limits)
        package var memory = ByteCount(Inputs.usualMemory)

        package init() {}
    }

    package let outputs: [Output]
    private let key: Field
    private let lookupKey: Field
    private let lookupKeyName: String
    private let lookup: [Field]
    private let added: [Field]
    private let tableSchema: Schema
    private let memory: Int

    package init(_ options: Options, inputs: Inputs, in context: StageContext) throws {
        let input = inputs.main
        let lookup = inputs.lookup ?? [:]
        key = try input.field(options.key.name, at: options.$key)
        lookupKeyName = (options.lookupKey ?? options.key).name
        lookupKey = try lookup.field((options.lookupKey ?? options.key).name, at: options.$lookupKey ?? options.$key)
        guard key.kind == lookupKey.kind else {
            throw Diagnostic(
                "join.key",
                message: "the key '\(options.key.name)' is \(key.kind) in the input, \(lookupKey.kind) in the lookup",
                at: options.$key,
                hint: "a key needs the same kind in both inputs"
            )
        }
        var columns: [Schema.Column] = []
        var names: Set<String> = []
        var fields: [Field] = []
        for name in options.take {
            fields.append(try lookup.field(name.name, at: options.$take))
            guard let column = lookup.column(name.name) else { continue }
            if input.column(name.name) != nil || !names.insert(name.name).inserted {
                throw Diagnostic(
                    "join.column",
                    message: "the column '\(name.name)' already exists",
                    at: options.$take,
                    hint: "remove it from 'take', or rename one of the columns before the join"
                )
            }
            columns.append(column)
        }
        outputs = [Output(Schema(input.columns + columns))]
        self.lookup = fields
        // A name that differs from all chosen columns.
        let keyName = columns.map(\.name).reduce("key") { $0 + $1 }
        tableSchema = Schema(columns + [Schema.Column(keyName, kind: lookupKey.kind)])
        memory = options.memory.bytes
        added = columns.indices.map { Field(index: input.width + $0, kind: columns[$0].kind) }
    }

    /// The position of the key in the table: after the columns to add.
    private var tableKey: Field { Field(index: lookup.count, kind: lookupKey.kind) }

    package func makeTable(_ files: SpillFolder) -> SpillingTable {
        SpillingTable(tableSchema, key: [tableKey], memory: memory, in: files)
    }

    package func remember(_ batch: borrowing Batch, in table: inout SpillingTable) throws {
        var taken = copy batch
        taken.reshape(to: tableSchema, from: lookup.map(\.index) + [lookupKey.index])
        try table.add(taken)
    }

    package func seal(_ table: inout SpillingTable) throws { try table.seal() }

    package func storeTable(_ table: inout SpillingTable, isSealed: Bool, to writer: inout StateWriter) throws {
        try table.store(to: &writer)
    }

    package func restoreTable(
        from reader: inout StateReader,
        isSealed: Bool,
        files: SpillFolder
    ) throws -> SpillingTable {
        try SpillingTable(
            tableSchema,
            key: [tableKey],
            memory: memory,
            in: files,
            isSealed: isSealed,
            from: &reader
        )
    }

    package func apply(
        to batch: inout Batch,
        table: borrowing SpillingTable,
        memory: inout Void,
        outputs: inout Outputs
    ) throws {
        let found = try table.find(batch, by: [key])
        batch.reshape(to: self.outputs[0].schema)
        var text = 0
        for (index, field) in added.enumerated() {
            let taken = Field(index: index, kind: field.kind)
            try batch.replace(field) { batch, out in
                for place in found.places {
                    if let place { out.append(place, of: found.rows, in: taken) } else { out.appendNull() }
                    // Many records may get the same long text; one of its own is never too long.
                    if text + out.bytesOfText > Batch.usualBytesOfText, batch.count > 1 {
                        throw StageFailure.tooMuchText("what '\(Self.name)' adds to \(batch.count.counted("record"))")
                    }
                }
                text += out.bytesOfText
            }
        }
    }
}

extension Join {
    /// The key; the added columns come from the other stage.
    package var needs: Needs {
        var needs = Needs.columns([outputs[0].schema.columns[key.index].name])
        for name in tableSchema.names.dropLast() { needs.made[name] = [] }
        return needs
    }

    /// The key and the columns to add.
    package var lookupNeeds: Needs {
        var needs = Needs.columns([lookupKeyName] + tableSchema.names.dropLast())
        needs.keepsOtherColumns = false
        return needs
    }
}
