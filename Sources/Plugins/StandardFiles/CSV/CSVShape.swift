internal import Formats
internal import PluginKit
internal import Records

/// What the first file of a source shows: the columns, and how the files are written.
struct CSVShape: Sendable {
    /// A column that is read from a field.
    struct Column: Sendable, Hashable {
        let name: String
        /// The name in the header.
        let header: String
        /// What converts its texts; nil for text.
        let reader: CellReader?
        /// Whether its texts have to be JSON values.
        let holdsJSON: Bool

        var kind: Schema.Kind { reader?.kind ?? .text }
    }

    let dialect: CSVFileDialect
    let columns: [Column]
    /// The column with the surplus fields of records; nil if there is none.
    let extra: String?
    /// The column with the name of the file; nil if there is none.
    let file: String?
    /// Whether all columns of the files are read.
    let takesAll: Bool
    /// What was guessed, as options; empty if nothing was.
    var guess = ""

    /// The columns as the option `columns` states them.
    var literal: String {
        columns.map { column in
            DeclaredColumn(
                source: [column.header],
                name: column.name,
                kind: column.kind,
                holdsJSON: column.holdsJSON,
                format: column.reader?.format
            ).text
        }.literal
    }

    /// The columns that the source delivers.
    var schema: Schema {
        var list = columns.map { Schema.Column($0.name, kind: $0.kind, holdsJSON: $0.holdsJSON) }
        if let extra { list.append(Schema.Column(extra, kind: .text, holdsJSON: true)) }
        if let file { list.append(Schema.Column(file, kind: .text)) }
        return Schema(list)
    }
}

/// How the files of a source are written.
struct CSVFileDialect: Sendable, Hashable {
    var syntax = CSVSyntax()
    var encoding = TextEncoding.utf8
    var hasHeader = true
    /// The number of lines before the header.
    var skippedLines = 0
}

/// The names in a header, each once.
enum CSVHeader {
    /// The names of fields: a blank one is `column_2`, and one that is there already `name_2`.
    static func names(_ fields: [String]) -> [String] {
        var taken: Set<String> = []
        let given = Set(fields)
        return fields.enumerated().map { index, field in
            let name = field.allSatisfy(\.isWhitespace) ? Self.name(at: index) : field
            if taken.insert(name).inserted { return name }
            var number = 2
            while given.contains("\(name)_\(number)") || taken.contains("\(name)_\(number)") { number += 1 }
            taken.insert("\(name)_\(number)")
            return "\(name)_\(number)"
        }
    }

    /// The names of fields without a header.
    static func names(count: Int) -> [String] { (0..<count).map(name(at:)) }

    private static func name(at index: Int) -> String { "column_\(index + 1)" }
}
