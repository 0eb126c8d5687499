internal import Diagnostics
internal import Formats
internal import PluginKit
internal import Records

/// The options of the source, checked.
struct CSVReadChoices: Sendable {
    let columns: ColumnDeclarations?
    let kinds: ColumnKinds
    let sample: Int
    let nulls: [String]
    let emptyIsText: Bool
    let words: BooleanWords
    let hasDecimalComma: Bool
    let missing: MissingColumns
    let extra: ExtraColumns
    let fileColumn: String?
    let ragged: RaggedRecords
    /// What the options state about the dialect.
    let stated: CSVKnownDialect
    let guesses: Bool
    /// Where `dialect`, `types` and `columns` are.
    let places: (dialect: Diagnostic.Place?, types: Diagnostic.Place?, columns: Diagnostic.Place?)

    /// The columns, if the options determine them.
    var declaredSchema: Schema? {
        guard let columns, !columns.takesRest, ragged != .extra,
            kinds == .declared || columns.columns.allSatisfy({ $0.kind != nil })
        else { return nil }
        return try? shape(header: columns.columns.map(\.header), name: "", dialect: CSVFileDialect()).schema
    }

    /// The shape of files with a header.
    ///
    /// - Parameters:
    ///   - header: The names in the header, each once.
    ///   - name: The name of the file, for messages.
    ///   - dialect: How the files are written.
    ///   - guessed: What converts the columns without a declared kind, by their names in the header.
    /// - Returns: The columns, in order.
    /// - Throws: `csv.missing-column`, `csv.column-twice`.
    func shape(
        header: [String],
        name: String,
        dialect: CSVFileDialect,
        guessed: [String: CellReader] = [:]
    ) throws(DiagnosticList) -> CSVShape {
        var list: [CSVShape.Column] = []
        func append(_ header: String, as name: String, declared: DeclaredColumn?) {
            let reader = declared?.reader(words: words, hasDecimalComma: hasDecimalComma) ?? guessed[header]
            list.append(
                CSVShape.Column(
                    name: name,
                    header: header,
                    reader: reader?.kind == .text ? nil : reader,
                    holdsJSON: declared?.holdsJSON ?? false
                )
            )
        }
        let declared = columns?.columns ?? []
        let listed = Set(declared.map(\.header))
        let rest = columns == nil ? 0 : columns?.restIndex
        for index in 0...declared.count {
            if rest == index {
                for header in header where !listed.contains(header) { append(header, as: header, declared: nil) }
            }
            if index < declared.count {
                let column = declared[index]
                append(column.header, as: column.name, declared: column)
            }
        }
        var problems: [Diagnostic] = []
        if missing == .error {
            for column in declared where !header.contains(column.header) {
                problems.append(Self.missing(column, of: name, header: header))
            }
        }
        let extra: String? = ragged == .extra ? "extra" : nil
        var taken: Set<String> = []
        for name in list.map(\.name) + [extra, fileColumn].compactMap({ $0 }) where !taken.insert(name).inserted {
            problems.append(
                Diagnostic(
                    "csv.column-twice",
                    message: "there are two columns '\(name)'",
                    category: .usage,
                    hint: "give one of them another name with 'as' in 'columns', or in 'file_column'"
                )
            )
        }
        if !problems.isEmpty { throw DiagnosticList(problems) }
        return CSVShape(
            dialect: dialect,
            columns: list,
            extra: extra,
            file: fileColumn,
            takesAll: rest != nil
        )
    }

    private static func missing(_ column: DeclaredColumn, of name: String, header: [String]) -> Diagnostic {
        Diagnostic(
            "csv.missing-column",
            message: "there is no column '\(column.header)' in this file",
            category: .usage,
            at: .file(name),
            hint: suggestion(for: column.header, among: header).map { "did you mean '\($0)'?" }
                ?? "it has \(header.prefix(20).joined(separator: ", "))"
        )
    }
}
