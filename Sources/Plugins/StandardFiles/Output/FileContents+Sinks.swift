internal import Formats
internal import PluginKit

extension CSVSink.Options {
    /// What the files contain, and how the source `csv` reads them; nil without a header, and for standard output.
    func contents(_ columns: ColumnChoice, of input: Schema) throws -> FileContents? {
        guard header, path != .standardOutput else { return nil }
        var reading: [String: String] = [:]
        let sign = try chosenDelimiter.sign
        if sign != "," { reading["delimiter"] = String(Character(sign)).quoted }
        if encoding != .utf8 { reading["encoding"] = encoding.rawValue.quoted }
        if !null.isEmpty { reading["nulls"] = "[\(null.quoted)]" }
        return FileContents(
            form: CSVSink.name,
            schema: columns.schema(of: input) { instants == .day && $0 == .instant ? .date : $0 },
            reading: reading
        )
    }
}

extension ColumnChoice {
    /// The columns of the file.
    ///
    /// - Parameters:
    ///   - input: The columns of the input.
    ///   - kind: The kind that values of a kind have in the file.
    /// - Returns: The columns, with the names that they have there.
    func schema(of input: Schema, kind: (Schema.Kind) -> Schema.Kind = { $0 }) -> Schema {
        Schema(
            zip(names, fields).map { name, field in
                Schema.Column(name, kind: kind(field.kind), holdsJSON: input.columns[field.index].holdsJSON)
            }
        )
    }
}
