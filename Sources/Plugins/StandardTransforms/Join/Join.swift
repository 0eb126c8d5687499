internal import Diagnostics
package import PluginKit
package import Spilling

/// Adds columns of another stage for the same key, such as the ratings of films to the viewings of films.
package struct Join: Transform {
    package static let name = "join"
    package static let summary = "Adds columns of another stage for the same key, or keeps records by it."
    package static let details = """
        The stage given by `lookup` is read completely before the first record of the main input, and its columns \
        `take` are stored by `key`. Keys are compared exactly, and a null in a key column meets nothing, not even \
        another null. `kind` states what happens then:

        | `kind` | records whose key is found | other records |
        |---|---|---|
        | `left`, the default | get the columns | get nulls |
        | `inner` | get the columns | are left out |
        | `semi` | are kept as they are | are left out |
        | `anti` | are left out | are kept as they are |

        If the other stage has several records with the key, `matches` states which of them counts: the `last`, as by \
        default, the `first`, or `all` of them, so that the record comes out several times, in the order of the other \
        stage. With `one`, such a record is rejected with `join.several`. The order of the main input is kept.

        The lookup table is held in memory or, if it needs more than `memory`, sorted in a file in the state folder. \
        Its size is not limited, and a lookup takes some microseconds. With `all`, the matches of one record are in \
        memory together: a record with more than 100,000 of them, or with more than 64 MiB of text in their columns \
        and keys, is rejected with `join.too-many`.
        """
    package static let example: String? = """
        [[transform]]
        use = "join"
        from = "plays"
        lookup = "ratings"
        key = "trakt"
        take = ["rating"]
        """

    /// What happens to records whose key is found, and to others.
    package enum Kind: String, CaseIterable, OptionValue {
        case left, inner, semi, anti
    }

    /// Which records of the other stage count.
    package enum Matches: String, CaseIterable, OptionValue {
        case last, first, all, one
    }

    package struct Options: OptionGroup {
        @Option("The column that both inputs share, or a list of columns; they have the same kinds in both.")
        package var key: KeyNames

        @Option("The names of the key columns in the other stage, if they differ.")
        package var lookupKey: KeyNames?

        @Option("The columns to add. Default: none, which suffices for `semi` and `anti`.")
        package var take: [ColumnName]?

        @Option("What happens to records whose key is found, and to others.")
        package var kind = Kind.left

        @Option("Which records of the other stage count if several have the key.")
        package var matches = Matches.last

        @Option("How much memory the table may take before it is moved to a file.", in: SpillMemory.limits)
        package var memory = ByteCount(Inputs.usualMemory)

        package init() {}
    }

    package let outputs: [Output]
    let kind: Kind
    let matches: Matches
    private let key: [Field]
    private let keyNames: [String]
    private let lookupKey: [Field]
    private let lookupKeyNames: [String]
    private let taken: [Field]
    let added: [Field]
    private let tableSchema: Schema
    private let memory: Int

    package init(_ options: Options, inputs: Inputs, in context: StageContext) throws {
        let input = inputs.main
        let lookup = inputs.lookup ?? [:]
        let keys = try JoinKeys(options, input: input, lookup: lookup)
        var columns: [Schema.Column] = []
        var names: Set<String> = []
        var fields: [Field] = []
        if let take = options.take, !take.isEmpty, [.semi, .anti].contains(options.kind) {
            throw Diagnostic(
                "join.take",
                message: "a join of kind '\(options.kind.rawValue)' adds no columns",
                at: options.$take,
                hint: "remove 'take', or choose the kind 'inner' or 'left'"
            )
        }
        for name in options.take ?? [] {
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
        key = keys.key
        keyNames = keys.keyNames
        lookupKey = keys.lookupKey
        lookupKeyNames = keys.lookupKeyNames
        kind = options.kind
        matches = options.matches
        outputs = [Output(Schema(input.columns + columns))]
        taken = fields
        // Names that differ from all chosen columns.
        let keyName = columns.map(\.name).reduce("key") { $0 + $1 }
        let keyColumns = lookupKey.enumerated().map { Schema.Column("\(keyName) \($0)", kind: $1.kind) }
        tableSchema = Schema(columns + keyColumns)
        memory = options.memory.bytes
        added = columns.indices.map { Field(index: input.width + $0, kind: columns[$0].kind) }
    }

    /// The positions of the key in the table: after the columns to add.
    private var tableKey: [Field] {
        lookupKey.enumerated().map { Field(index: taken.count + $0, kind: $1.kind) }
    }

    private var kept: SpillingTable.Kept {
        switch matches {
        case .last: .last
        case .first: .first
        case .all: kind == .left || kind == .inner ? .all : .first
        case .one: .all
        }
    }

    package func makeTable(_ files: SpillFolder) -> SpillingTable {
        SpillingTable(tableSchema, key: tableKey, keeping: kept, memory: memory, in: files)
    }

    package func remember(_ batch: borrowing Batch, in table: inout SpillingTable) throws {
        var rows = copy batch
        rows.reshape(to: tableSchema, from: (taken + lookupKey).map(\.index))
        try table.add(rows)
    }

    package func bytesInMemory(_ memory: borrowing Void, table: borrowing SpillingTable) -> Int? {
        table.bytesInMemory
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
            key: tableKey,
            keeping: kept,
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
        let found = try table.find(batch, by: key)
        var matches = found.matches
        var excessive = found.excessive
        // A null meets nothing, even if other columns of the key have values.
        for field in key where key.count > 1 && !batch[presence: field].isFull {
            for row in matches.indices where batch.isNull(row, in: field) {
                matches[row] = 0..<0
                excessive.remove(row)
            }
        }
        if !excessive.isEmpty {
            let (code, reason): (Diagnostic.Code, String) =
                self.matches == .one
                ? ("join.several", "several records of the other stage have its key")
                : ("join.too-many", "the other stage has more than 100,000 records or 64 MiB of text for its key")
            batch.reject { _, row in excessive.contains(row) ? (code, reason) : nil }
            matches = matches.indices.filter { !excessive.contains($0) }.map { matches[$0] }
        }
        try place(&batch, matches: matches, of: found.rows)
    }
}

extension Join {
    /// The key; the added columns come from the other stage.
    package var needs: Needs {
        var needs = Needs.columns(keyNames)
        for name in addedNames { needs.made[name] = [] }
        return needs
    }

    private var addedNames: ArraySlice<String> { tableSchema.names.prefix(taken.count) }

    /// The key and the columns to add.
    package var lookupNeeds: Needs {
        var needs = Needs.columns(lookupKeyNames + addedNames)
        needs.keepsOtherColumns = false
        return needs
    }
}
