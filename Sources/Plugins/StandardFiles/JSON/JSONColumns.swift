internal import Formats
internal import PluginKit
internal import Records

/// The columns of the records of JSON files, and where their values are.
struct JSONColumns: Sendable {
    /// A column and where its values are.
    struct Column: Sendable, Hashable {
        /// What happens to a value.
        enum Use: Sendable, Hashable {
            /// A string.
            case string
            /// A value of any kind, as it is written.
            case json
            /// What the reader makes of it.
            case declared(CellReader)
        }

        let path: [String]
        let name: String
        let use: Use

        var column: Schema.Column {
            switch use {
            case .string: Schema.Column(name, kind: .text)
            case .json: Schema.Column(name, kind: .text, holdsJSON: true)
            case .declared(let reader): Schema.Column(name, kind: reader.kind)
            }
        }
    }

    let columns: [Column]
    /// The column with the name of the file; nil if there is none.
    let file: String?
    /// The texts that mean null.
    let nulls: [String]
    /// What happens to other keys.
    let unknownKeys: JSONPageDecoder.UnknownKeys

    /// The columns of a source.
    ///
    /// - Parameters:
    ///   - choices: The options.
    ///   - shape: The keys of the sample; nil if the options declare everything.
    ///   - name: The name of the file with the sample, for messages.
    /// - Throws: `json.missing-column`, `json.too-many-keys`, `json.column-twice`, `json.no-columns`.
    init(_ choices: JSONReadChoices, shape: JSONShape?, name: String) throws(DiagnosticList) {
        var problems = DiagnosticList()
        var columns: [Column] = []
        let leaves = shape?.leaves ?? []
        for declared in choices.columns?.columns ?? [] {
            let leaf = leaves.first { $0.path == declared.source }
            if let shape, shape.recordCount > 0, !shape.has(declared.source), choices.missing == .error {
                problems.append(
                    Self.missing(declared.source, shape: shape, leaves: leaves, at: choices.place, name: name)
                )
            }
            columns.append(Self.column(declared, leaf: leaf, choices: choices))
        }
        if let shape, choices.columns?.takesRest ?? true {
            if shape.hasTooManyKeys { problems.append(Self.tooManyKeys(at: choices.place, name: name)) }
            let listed = columns.map(\.path)
            let rest = leaves.filter { leaf in !listed.contains { leaf.path.starts(with: $0) } }
            columns.insert(
                contentsOf: rest.map { Self.column($0, choices: choices) },
                at: choices.columns?.restIndex ?? 0
            )
        }
        columns = Self.distinct(columns)
        var names: Set<String> = choices.fileColumn.map { [$0] } ?? []
        for column in columns where !names.insert(column.name).inserted {
            problems.append(
                Diagnostic(
                    "json.column-twice",
                    message: "two columns would have the name '\(column.name)'",
                    at: choices.place ?? .file(name),
                    hint: "list one of them in 'columns' with another name, such as \"\(column.name) as other\""
                )
            )
        }
        try problems.throwIfErrors()
        self.columns = columns
        file = choices.fileColumn
        nulls = choices.nulls
        let isChosen = choices.columns.map { !$0.takesRest } ?? false
        unknownKeys = isChosen ? .notRead : choices.extra == .error ? .reject : .count
    }

    /// The columns that the source delivers.
    var schema: Schema {
        Schema(columns.map(\.column) + (file.map { [Schema.Column($0, kind: .text)] } ?? []))
    }

    /// The columns as the option `columns` states them.
    var literal: String {
        columns.map { column in
            let (kind, format): (Schema.Kind, TimeFormat?) =
                if case .declared(let reader) = column.use { (reader.kind, reader.format) } else { (.text, nil) }
            return DeclaredColumn(
                source: column.path,
                name: column.name,
                kind: kind,
                holdsJSON: column.use == .json,
                format: format
            ).text
        }.literal
    }

    /// A decoder of pages, into a batch with all columns.
    var decoder: JSONPageDecoder {
        let schema = schema
        if let whole = columns.first, columns.count == 1, whole.path.isEmpty {
            return JSONPageDecoder(whole: Field(index: 0, kind: .text))
        }
        let rows = zip(columns, schema.fields).map { column, field in
            switch column.use {
            case .string: JSONRows.Column(column.path, into: field)
            case .json: JSONRows.Column.json(column.path, into: field)
            case .declared(let reader): JSONRows.Column.declared(column.path, into: field, reader: reader)
            }
        }
        return JSONPageDecoder(rows, nulls: nulls, unknownKeys: unknownKeys)
    }

    // MARK: Columns

    private static func column(
        _ declared: DeclaredColumn,
        leaf: JSONShape.Leaf?,
        choices: JSONReadChoices
    ) -> Column {
        if declared.holdsJSON { return Column(path: declared.source, name: declared.name, use: .json) }
        if let reader = declared.reader(words: choices.words, hasDecimalComma: choices.hasDecimalComma) {
            return Column(path: declared.source, name: declared.name, use: .declared(reader))
        }
        return Column(
            path: declared.source,
            name: declared.name,
            use: leaf.map { use(of: $0, choices: choices) } ?? .json
        )
    }

    private static func column(_ leaf: JSONShape.Leaf, choices: JSONReadChoices) -> Column {
        Column(
            path: leaf.path,
            name: leaf.path.isEmpty ? "value" : leaf.path.joined(separator: "."),
            use: use(of: leaf, choices: choices)
        )
    }

    /// What happens to undeclared values.
    private static func use(of leaf: JSONShape.Leaf, choices: JSONReadChoices) -> Column.Use {
        if leaf.path.isEmpty { return .json }
        guard choices.types == .guess else { return leaf.kinds == .string ? .string : .json }
        let (kind, format) = leaf.guess.result
        switch (leaf.kinds, kind) {
        // A string that looks like a number is a string.
        case (.string, .instant), (.string, .date), (.number, .integer), (.number, .decimal), (.number, .real),
            (.boolean, .boolean):
            let reader = try? CellReader(
                kind,
                format: format,
                words: choices.words,
                hasDecimalComma: choices.hasDecimalComma
            )
            return reader.map { .declared($0) } ?? .json
        case (.string, _): return .string
        default: return .json
        }
    }

    /// Gives columns with the same name different ones: a key with a dot is not a path.
    private static func distinct(_ columns: [Column]) -> [Column] {
        let counts = Dictionary(grouping: columns, by: \.name).mapValues(\.count)
        return columns.map { column in
            guard counts[column.name] ?? 0 > 1, column.name == column.path.joined(separator: "."),
                column.path.contains(where: { $0.contains(".") })
            else { return column }
            let name = column.path.map { $0.contains(".") ? "`\($0)`" : $0 }.joined(separator: ".")
            return Column(path: column.path, name: name, use: column.use)
        }
    }

    // MARK: Findings

    private static func missing(
        _ path: [String],
        shape: JSONShape,
        leaves: [JSONShape.Leaf],
        at place: Diagnostic.Place?,
        name: String
    ) -> Diagnostic {
        let path = path.joined(separator: ".")
        let near = suggestion(for: path, among: leaves.map { $0.path.joined(separator: ".") })
        return Diagnostic(
            "json.missing-column",
            message: "none of the \(shape.recordCount.counted("record")) of the sample from \(name) has '\(path)'",
            at: place ?? .file(name),
            hint: near.map { "did you mean '\($0)'?" } ?? "with missing = \"null\" it is null in records without it"
        )
    }

    private static func tooManyKeys(at place: Diagnostic.Place?, name: String) -> Diagnostic {
        Diagnostic(
            "json.too-many-keys",
            message: "the sample from \(name) has more than \(JSONShape.mostKeys) different keys",
            at: place ?? .file(name),
            hint: "list the columns to read in 'columns'; an object whose keys are values is read as one column with "
                + "the kind 'json'"
        )
    }
}
