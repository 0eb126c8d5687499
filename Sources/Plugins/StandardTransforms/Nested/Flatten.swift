package import PluginKit

/// Makes columns of the members of a column with JSON objects.
package struct Flatten: MapTransform {
    package static let name = "flatten"
    package static let summary = "Makes columns of the members of a column with JSON objects."
    package static let details = """
        `columns` lists the members: the keys down to a value, joined by dots; then ` as ` and the name of the new \
        column, if it is not the keys; then a colon and the kind. Without a kind the column is text, which takes \
        strings, numbers and booleans; `json` takes whatever is there, such as a list. A key with a dot is written in \
        backticks. The new columns come in place of the old one, or after it with `keep = true`.

        A member that is missing or null is null, as are all of a null. A text that is not a JSON object, and a value \
        that does not fit its kind, reject the record with `flatten.value`: nothing is guessed or rounded.
        """
    package static let example: String? = """
        [[transform]]
        use = "flatten"
        column = "movie"
        columns = ["title as film", "ids.imdb as imdb", "ids.tmdb as film_id: integer"]
        """

    package struct Options: OptionGroup {
        @Option("The column with the objects.")
        package var column: ColumnName

        @Option("The members, each with its new name and kind: \"ids.tmdb as tmdb: integer\".")
        package var columns: [ColumnEntry]

        @Option("Whether the column with the objects stays.")
        package var keep = false

        package init() {}
    }

    package let output: Schema
    private let column: String
    private let field: Field
    private let keeps: Bool
    private let decoder: JSONPageDecoder
    private let members: Schema
    /// Where the columns of the output come from; nil for the members.
    private let sources: [Int?]
    /// The index of the first member in the output.
    private let first: Int

    package init(_ options: Options, input: Schema, in context: StageContext) throws {
        var problems = DiagnosticList()
        column = options.column.name
        field = try input.field(column, kind: .text, at: options.$column)
        keeps = options.keep
        first = field.index + (keeps ? 1 : 0)
        if options.columns.isEmpty {
            problems.append(
                Diagnostic(
                    "flatten.no-columns",
                    message: "no member is listed",
                    at: options.$columns,
                    hint: "such as [\"title\", \"ids.tmdb as tmdb: integer\"]"
                )
            )
        }
        var names = Set(input.names)
        if !keeps { names.remove(column) }
        var members: [Schema.Column] = []
        var rows: [JSONRows.Column] = []
        for entry in options.columns {
            let member = entry.column
            guard names.insert(member.name).inserted else {
                problems.append(
                    Diagnostic(
                        "flatten.same-name",
                        message: "the column '\(member.name)' already exists",
                        at: entry.place,
                        hint: "choose another name: \"\(member.header) as other\""
                    )
                )
                continue
            }
            guard member.source.count <= 64 else {
                problems.append(
                    Diagnostic(
                        "flatten.depth",
                        message: "a path has at most 64 keys, this one \(member.source.count)",
                        at: entry.place
                    )
                )
                continue
            }
            guard !member.source.contains("") || entry.text.contains("``") else {
                problems.append(
                    Diagnostic(
                        "flatten.key",
                        message: "a key of '\(member.header)' is empty",
                        at: entry.place,
                        hint: "one dot is between two keys; an empty key is written as two backticks"
                    )
                )
                continue
            }
            let field = Field(index: members.count, kind: member.kind ?? .text)
            members.append(Schema.Column(member.name, kind: field.kind, holdsJSON: member.holdsJSON))
            rows.append(
                member.holdsJSON
                    ? .json(member.source, into: field)
                    : .declared(member.source, into: field, reader: member.reader() ?? .text)
            )
        }
        try problems.throwIfErrors()
        self.members = Schema(members)
        decoder = JSONPageDecoder(rows)
        var columns = input.columns
        var sources: [Int?] = Array(columns.indices)
        if !keeps {
            columns.remove(at: field.index)
            sources.remove(at: field.index)
        }
        columns.insert(contentsOf: members, at: first)
        sources.insert(contentsOf: members.map { _ in nil }, at: first)
        output = Schema(columns)
        self.sources = sources
    }

    package func apply(to batch: inout Batch) {
        let original = batch
        let objects = JSONColumn(field, of: original, decoder: decoder, schema: members, name: column)
        batch.reshape(to: output, from: sources)
        for (index, member) in members.fields.enumerated() {
            batch.replace(Field(index: first + index, kind: member.kind)) { _, out in
                for place in objects.places {
                    if let place { out.append(place, of: objects.values, in: member) } else { out.appendNull() }
                }
            }
        }
        var faults = RowFaults()
        for (row, reason) in objects.faults { faults.add(row, code: "flatten.value", because: reason) }
        faults.reject(from: &batch, as: original)
    }
}

extension Flatten {
    /// The column with the objects: one that is not valid rejects its record.
    package var needs: Needs {
        var needs = Needs.columns([column])
        for name in members.names { needs.made[name] = [column] }
        return needs
    }
}

extension CellReader {
    /// Everything fits.
    static let text = CellReader(.text, format: TimeFormat?.none, words: .standard, hasDecimalComma: false)
}

/// The values of a column with JSON objects.
private struct JSONColumn {
    /// The values of the objects that fit.
    var values: Batch
    /// The row in `values` of each record; nil if it has none.
    var places: [Int?] = []
    /// What is wrong with the others.
    var faults: [(row: Int, reason: String)] = []

    init(_ field: Field, of batch: borrowing Batch, decoder: JSONPageDecoder, schema: Schema, name: String) {
        var texts = JSONTexts()
        let cells = batch[texts: field]
        for row in 0..<cells.count {
            guard let cell = cells[row] else {
                texts.appendEmptyObject()
                continue
            }
            cell.withUnsafeBufferPointer { cell in
                if Self.isNull(cell) { texts.appendEmptyObject() } else { texts.append(cell) }
            }
        }
        values = Batch(schema, capacity: texts.count)
        let result = decoder.decode(texts.page(), into: &values)
        places = [Int?](repeating: nil, count: texts.count)
        if let numbers = result.numbers {
            for (place, number) in numbers.enumerated() { places[Int(number) - 1] = place }
        } else {
            for place in 0..<values.count { places[place] = place }
        }
        for fault in result.faults {
            let at = fault.column.map { " at character \($0)" } ?? ""
            faults.append((fault.number - 1, "column '\(name)'\(at): \(Self.ofText(fault.reason))"))
        }
        // A blank line is no record.
        let isFaulty = Set(faults.map(\.row))
        for row in places.indices where places[row] == nil && !isFaulty.contains(row) {
            faults.append((row, "column '\(name)': expected an object"))
        }
    }

    /// A reason of the decoder, which speaks of lines and records: here, both are the text of a cell.
    private static func ofText(_ reason: String) -> String {
        for (line, text) in [
            ("expected the end of the line", "expected the end of the text"),
            ("the record ends in the middle", "the text ends in the middle"),
        ] where reason.hasPrefix(line) { return text + reason.dropFirst(line.count) }
        return reason
    }

    private static func isNull(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        text.count == 4 && text.elementsEqual("null".utf8)
    }
}
