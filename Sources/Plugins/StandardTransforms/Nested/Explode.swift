package import PluginKit

/// Makes a record for each element of a list.
package struct Explode: MapTransform {
    package static let name = "explode"
    package static let summary = "Makes a record for each element of a list."
    package static let details = """
        `column` names a column with JSON lists, such as `["Drama", "Crime"]`; with ` as ` the elements have another \
        name than the lists, and after a colon stands their kind. Without a kind the elements are text, which takes \
        strings, numbers and booleans; `json` takes whatever is there, such as objects. With `separator`, the column \
        has texts such as `Drama, Crime` instead; blanks around their parts are removed.

        Each record becomes as many as there are elements, in the order of the list; all other columns are repeated. \
        A record with null or without an element stays, with null as its element, unless `empty = "drop"`. A text \
        that is not a list, and an element that does not fit its kind, reject the record with `explode.value`.

        A batch of records with long lists is divided. A list of more than 1,048,576 elements rejects its record with \
        `explode.size`, since all records of a list are in memory at the same time.
        """
    package static let example: String? = """
        [[transform]]
        use = "explode"
        column = "genres as genre"
        position = "nr"
        """

    /// What happens to a record without an element.
    package enum Empty: String, CaseIterable, OptionValue {
        /// It stays, with null.
        case keep
        /// It is left out and counted.
        case drop
    }

    package struct Options: OptionGroup {
        @Option("The column with the lists, and what the elements become: \"ids as id: integer\".")
        package var column: ColumnEntry

        @Option("The text between two elements. Default: the column has JSON lists.")
        package var separator: String?

        @Option("What happens to a record without an element.")
        package var empty = Empty.keep

        @Option("A column for the number of each element in its list, from 1. Default: none.")
        package var position: ColumnName?

        package init() {}
    }

    package let output: Schema
    private let list: Field
    private let listName: String
    private let element: Field
    private let position: Field?
    private let cutter: ListCutter
    private let keepsEmpty: Bool

    package init(_ options: Options, input: Schema, in context: StageContext) throws {
        var problems = DiagnosticList()
        let declared = options.column.column
        listName = declared.header
        list = try input.field(listName, kind: .text, at: options.column.place)
        let column = Schema.Column(declared.name, kind: declared.kind ?? .text, holdsJSON: declared.holdsJSON)
        element = Field(index: list.index, kind: column.kind)
        if let other = input.optionalField(column.name), other.index != list.index {
            problems.append(Self.exists(column.name, at: options.column.place))
        }
        if let separator = options.separator, separator.isEmpty {
            problems.append(
                Diagnostic(
                    "explode.separator",
                    message: "the separator is empty",
                    at: options.$separator,
                    hint: "such as \", \"; without the option the column has JSON lists"
                )
            )
        }
        if options.separator != nil, declared.holdsJSON {
            problems.append(
                Diagnostic(
                    "explode.kind",
                    message: "the parts of a text are not JSON",
                    at: options.column.place,
                    hint: "choose another kind, or remove 'separator'"
                )
            )
        }
        var columns = input.columns
        columns[list.index] = column
        if let name = options.position?.name {
            if columns.contains(where: { $0.name == name }) {
                problems.append(Self.exists(name, at: options.$position))
            }
            position = Field(index: columns.count, kind: .integer)
            columns.append(Schema.Column(name, kind: .integer))
        } else {
            position = nil
        }
        try problems.throwIfErrors()
        output = Schema(columns)
        cutter = ListCutter(declared, separator: options.separator)
        keepsEmpty = options.empty == .keep
    }

    private static func exists(_ name: String, at place: Diagnostic.Place?) -> Diagnostic {
        Diagnostic(
            "explode.same-name",
            message: "the column '\(name)' already exists",
            at: place,
            hint: "choose another name"
        )
    }

    /// The most records that are made of a batch that can be divided.
    private static let mostRecords = 1 << 16
    /// The most elements of one list.
    package var mostElements = 1 << 20

    /// A batch is too much, or a record alone.
    private func tooMuch(_ count: Int) -> StageFailure {
        guard count == 1 else { return .tooMuchText("what '\(Self.name)' makes of \(count.counted("record"))") }
        return .badBatch(
            Diagnostic(
                "explode.size",
                message: "the list has more than \(mostElements.counted("element"))",
                category: .data,
                hint: "divide it before"
            )
        )
    }

    package func apply(to batch: inout Batch) throws {
        let most = batch.count == 1 ? mostElements : Self.mostRecords
        guard let lists = cutter.cut(list, of: batch, name: listName, atMost: most) else {
            throw tooMuch(batch.count)
        }
        var rows: [UInt32] = []
        var elements: [Int?] = []
        var positions: [Int64?] = []
        var emptyCount = 0
        for row in 0..<batch.count where !lists.faults.has(row) {
            let range = lists.starts[row]..<lists.starts[row + 1]
            if range.isEmpty {
                emptyCount += 1
                guard keepsEmpty else { continue }
                rows.append(UInt32(truncatingIfNeeded: row))
                elements.append(nil)
                positions.append(nil)
            }
            for index in range {
                rows.append(UInt32(truncatingIfNeeded: row))
                elements.append(lists.places[index])
                positions.append(Int64(index - range.lowerBound + 1))
            }
        }
        var exploded = batch.gathered(rows)
        guard
            batch.count == 1 || (rows.count <= Self.mostRecords && exploded.bytesOfTextInRows <= Batch.usualBytesOfText)
        else { throw tooMuch(batch.count) }
        var wrong = batch
        exploded.reshape(
            to: output,
            from: output.columns.indices.map { $0 < batch.schema.width && $0 != list.index ? $0 : nil }
        )
        exploded.replace(element) { _, out in
            for place in elements {
                if let place { out.append(place, of: lists.values, in: lists.field) } else { out.appendNull() }
            }
        }
        if let position {
            exploded.replace(position) { _, out in
                for number in positions { if let number { out.append(number) } else { out.appendNull() } }
            }
        }
        let original = batch
        lists.faults.reject(from: &wrong, as: original)
        for rejection in wrong.takeRejections() { exploded.noteRejected(rejection) }
        if !keepsEmpty { exploded.noteFiltered(emptyCount, because: "without elements") }
        batch = exploded
    }
}

extension Explode {
    /// The column with the lists.
    package var needs: Needs {
        var needs = Needs.columns([listName])
        needs.made[output.columns[list.index].name] = [listName]
        if let position { needs.made[output.columns[position.index].name] = [listName] }
        return needs
    }
}
