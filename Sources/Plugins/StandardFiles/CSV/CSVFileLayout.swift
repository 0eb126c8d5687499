internal import Diagnostics
internal import Formats
internal import PluginKit
internal import Records

/// How the records of one file become those of a batch: the files of a source meet by the names in their headers.
struct CSVFileLayout: Sendable {
    private let decoder: CSVDecoder
    /// The column with the name of the file; nil if it is not filled.
    private let fileField: Field?

    /// The layout of a file.
    ///
    /// - Parameters:
    ///   - head: The first record of the file.
    ///   - name: The name of the file, for messages.
    ///   - shape: What the first file has shown.
    ///   - choices: The options of the source.
    ///   - schema: The columns that are filled.
    /// - Throws: `csv.missing-column`, `csv.extra-column`.
    init(
        _ head: CSVHead,
        of name: String,
        shape: CSVShape,
        choices: CSVReadChoices,
        into schema: Schema
    ) throws(DiagnosticList) {
        let names =
            shape.dialect.hasHeader ? CSVHeader.names(head.fields) : CSVHeader.names(count: head.fields.count)
        var places = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
        var columns: [CSVColumns.Column] = []
        var problems: [Diagnostic] = []
        for column in shape.columns {
            guard let place = places[column.header] else {
                // A file without a header has no records either.
                if choices.missing == .error, !head.fields.isEmpty {
                    problems.append(Self.missing(column.header, of: name, line: head.line, names: names))
                }
                continue
            }
            guard let field = schema.optionalField(column.name) else { continue }
            columns.append(
                CSVColumns.Column(
                    place: place,
                    field: field,
                    reader: column.reader,
                    holdsJSON: column.holdsJSON,
                    name: column.name
                )
            )
        }
        if shape.takesAll, choices.extra == .error {
            for column in shape.columns { places[column.header] = nil }
            for extra in places.sorted(by: { $0.value < $1.value }) {
                problems.append(Self.extra(extra.key, of: name, line: head.line))
            }
        }
        if !problems.isEmpty { throw DiagnosticList(problems) }
        fileField = shape.file.flatMap { schema.optionalField($0) }
        let ragged: CSVColumns.Ragged =
            switch choices.ragged {
            case .reject: .reject
            case .pad: .pad
            case .extra: .extra(shape.extra.flatMap { schema.optionalField($0) })
            }
        decoder = CSVDecoder(
            shape.dialect.syntax,
            columns: CSVColumns(
                width: max(1, names.count),
                columns: columns,
                ragged: ragged,
                nulls: choices.nulls,
                emptyIsText: choices.emptyIsText
            )
        )
    }

    /// Appends the records of a part of a page.
    func append(_ part: CSVPart, to batch: inout Batch) throws(Diagnostic) {
        try decoder.decode(part.page, name: part.name, into: &batch, file: fileField)
    }

    private static func missing(_ column: String, of name: String, line: Int, names: [String]) -> Diagnostic {
        Diagnostic(
            "csv.missing-column",
            message: "there is no column '\(column)' in this file",
            at: .file("\(name):\(line)"),
            hint: suggestion(for: column, among: names).map { "did you mean '\($0)'?" }
                ?? "with missing = \"null\" it is null in the records of such files"
        )
    }

    private static func extra(_ column: String, of name: String, line: Int) -> Diagnostic {
        Diagnostic(
            "csv.extra-column",
            message: "the first file has no column '\(column)', and this one has",
            at: .file("\(name):\(line)"),
            hint: "list the columns to read in 'columns', or set extra = \"ignore\""
        )
    }
}

/// The records of one file in a page.
struct CSVPart: Sendable {
    let page: CSVPage
    let layout: CSVFileLayout
    /// The name of the file, for messages and for the column with it.
    let name: String
}
