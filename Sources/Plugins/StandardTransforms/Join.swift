internal import Diagnostics
package import PluginKit

/// Adds columns that another stage has for the same key: the ratings of films to the viewings of films.
package struct Join: LookupTransform {
    package static let name = "join"
    package static let summary = "Adds columns that another stage has for the same key."
    package static let details = """
        The stage named by `lookup` is read whole before the first record of the others, and its columns `take` are \
        kept in memory by `key`. A record whose key is there gets them; any other record, and one without a key, gets \
        nulls. No record is lost or doubled. Where a key comes twice, the later record counts.
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
        @Option("The column that both sides share; it holds text or whole numbers.")
        package var key: ColumnName

        @Option("What the key is called in the other stage, if not the same.")
        package var lookupKey: ColumnName?

        @Option("The columns to add.")
        package var take: [ColumnName]

        package init() {}
    }

    package let output: Schema
    private let key: Field
    private let lookupKey: Field
    private let lookupKeyName: String
    private let lookup: [Field]
    private let added: [Field]
    private let taken: Schema

    package init(_ options: Options, input: Schema, lookup: Schema, in context: StageContext) throws {
        key = try input.field(options.key.name, at: options.$key)
        lookupKeyName = (options.lookupKey ?? options.key).name
        lookupKey = try lookup.field((options.lookupKey ?? options.key).name, at: options.$lookupKey ?? options.$key)
        guard key.kind == lookupKey.kind, key.kind == .integer || key.kind == .text else {
            throw Diagnostic(
                "join.key",
                "the key '\(options.key.name)' is \(key.kind) here and \(lookupKey.kind) there",
                at: options.$key,
                hint: "a key is text on both sides or a whole number on both"
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
                    "there is a column '\(name.name)' already",
                    at: options.$take,
                    hint: "take it out of 'take', or rename one of them before they meet"
                )
            }
            columns.append(column)
        }
        output = Schema(input.columns + columns)
        self.lookup = fields
        taken = Schema(columns)
        added = columns.indices.map { Field(index: input.width + $0, kind: columns[$0].kind) }
    }

    /// The columns to add, a row for each key.
    package struct Table: Sendable {
        fileprivate var rows: Batch
        fileprivate var ofInteger: [Int64: Int] = [:]
        fileprivate var ofText: [String: Int] = [:]
    }

    package func makeTable() -> Table { Table(rows: Batch(taken)) }

    package func remember(_ batch: borrowing Batch, in table: inout Table) {
        var rows: [UInt32] = []
        for row in 0..<batch.count {
            // The last record of a key counts.
            if let integer = batch.integer(row, lookupKey) {
                table.ofInteger[integer] = table.rows.count + rows.count
            } else if let text = batch.text(row, lookupKey) {
                table.ofText[text] = table.rows.count + rows.count
            } else {
                continue
            }
            rows.append(UInt32(row))
        }
        var taken = batch.gathered(rows)
        taken.reshape(to: self.taken, from: lookup.map(\.index))
        table.rows.append(contentsOf: taken)
    }

    package func apply(to batch: inout Batch, using table: borrowing Table) {
        batch.reshape(to: output)
        guard !table.rows.isEmpty else { return }
        let sources = (0..<batch.count).map { source(of: $0, in: batch, table) }
        for (index, field) in added.enumerated() {
            let taken = Field(index: index, kind: field.kind)
            batch.replace(field) { _, out in
                for source in sources {
                    if let source { out.append(source, of: table.rows, taken) } else { out.appendNull() }
                }
            }
        }
    }

    private func source(of row: Int, in batch: borrowing Batch, _ table: borrowing Table) -> Int? {
        if key.kind == .integer { return batch.integer(row, key).flatMap { table.ofInteger[$0] } }
        return batch.text(row, key).flatMap { table.ofText[$0] }
    }
}

extension Join {
    /// The key; what it adds comes from the other stage.
    package var needs: Needs {
        var needs = Needs.columns([output.columns[key.index].name])
        for name in taken.names { needs.made[name] = [] }
        return needs
    }

    /// The key, and the columns that it adds.
    package var lookupNeeds: Needs {
        var needs = Needs.columns([lookupKeyName] + taken.names)
        needs.passesOthers = false
        return needs
    }
}
