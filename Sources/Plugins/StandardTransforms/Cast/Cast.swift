package import PluginKit

/// Converts columns to other kinds.
package struct Cast: MapTransform {
    package static let name = "cast"
    package static let summary = "Converts columns to other kinds, such as text to whole numbers or dates."
    package static let details = """
        Each entry of `columns` is a column, a colon and a kind: `text`, `integer`, `real`, `boolean`, `instant`, \
        `date`, `decimal`, `bytes` or `json`; for instants and dates also how they are written, in letters of \
        strftime. With ` as ` and a name, the column is renamed. Columns keep their places, and null stays null.

        Nothing is guessed, cut or rounded, except that a real number is the nearest one of 64 bits: `8.5` is no \
        integer, `2023-02-29` no date, and whitespace around a value does not fit. A value that does not fit rejects \
        its record with `cast.value`; with `on_mismatch = "null"` it becomes null. A time in a format without `%z` is \
        in UTC. An instant becomes a date, and a date the beginning of its day, in `time_zone`. Everything becomes \
        text as the sink `csv` writes it.
        """
    package static let example: String? = """
        [[transform]]
        use = "cast"
        columns = ["year: integer", "seen: date %d.%m.%Y", "price: decimal"]
        nulls = ["", "n/a"]
        """

    /// What happens to a value that does not fit.
    package enum OnMismatch: String, CaseIterable, OptionValue {
        /// Its record is rejected.
        case reject
        /// It becomes null.
        case null
    }

    package struct Options: OptionGroup {
        @Option("The columns, each with its kind: \"year: integer\", \"seen: date %d.%m.%Y\".")
        package var columns: [ColumnEntry]

        @Option("What happens to a value that does not fit.")
        package var onMismatch = OnMismatch.reject

        @Option("Texts that become null.")
        package var nulls: [String] = []

        @Option("Words for true. Default: true, yes, t, y, 1.")
        package var trueWords: [String]?

        @Option("Words for false. Default: false, no, f, n, 0.")
        package var falseWords: [String]?

        @Option("Whether numbers in texts have a comma before the fraction.")
        package var decimalComma = false

        @Option("The time zone in which an instant becomes a date or a date an instant, such as \"Europe/Paris\".")
        package var timeZone: String?

        package init() {}
    }

    /// One column to convert.
    private struct Entry: Sendable {
        let from: Field
        let to: Field
        let name: String
        let conversion: Conversion
    }

    package let output: Schema
    private let entries: [Entry]
    private let nulls: [[UInt8]]
    private let onMismatch: OnMismatch
    private let names: [String: String]

    package init(_ options: Options, input: Schema, in context: StageContext) throws {
        var problems = DiagnosticList()
        if options.columns.isEmpty {
            problems.append(
                Diagnostic(
                    "cast.no-columns",
                    message: "no column is listed",
                    at: options.$columns,
                    hint: "such as [\"year: integer\"]"
                )
            )
        }
        var zone: TimeZoneRules?
        if let name = options.timeZone {
            do throws(Diagnostic) {
                zone = try context.timeZone(name, at: options.$timeZone)
            } catch {
                problems.append(error)
            }
        }
        let words = BooleanWords(true: options.trueWords, false: options.falseWords)
        if let word = words.ambiguous.first {
            problems.append(
                Diagnostic(
                    "cast.words",
                    message: "the word '\(word)' stands for true and for false",
                    at: options.$falseWords ?? options.$trueWords,
                    hint: "upper and lower case are the same; state both 'true_words' and 'false_words'"
                )
            )
        }
        var columns = input.columns
        var entries: [Entry] = []
        var places: [Int: Diagnostic.Place?] = [:]
        for entry in options.columns {
            do throws(Diagnostic) {
                let from = try input.field(entry.column.header, at: entry.place)
                if places[from.index] != nil { throw Self.twice(entry) }
                places[from.index] = .some(entry.place)
                let conversion = try Conversion(from, to: entry, options: options, zone: zone)
                columns[from.index] = conversion.column
                entries.append(
                    Entry(
                        from: from,
                        to: Field(index: from.index, kind: conversion.column.kind),
                        name: entry.column.header,
                        conversion: conversion
                    )
                )
            } catch {
                problems.append(error)
            }
        }
        var names: [String: Int] = [:]
        for (index, column) in columns.enumerated() {
            guard let other = names.updateValue(index, forKey: column.name) else { continue }
            problems.append(
                Diagnostic(
                    "cast.same-name",
                    message: "the column '\(column.name)' already exists",
                    at: (places[index] ?? nil) ?? (places[other] ?? nil),
                    hint: "choose another name after ' as '"
                )
            )
        }
        try problems.throwIfErrors()
        output = Schema(columns)
        self.entries = entries
        nulls = options.nulls.map { Array($0.utf8) }
        onMismatch = options.onMismatch
        self.names = Dictionary(
            uniqueKeysWithValues: entries.map { (columns[$0.to.index].name, input.columns[$0.from.index].name) }
        )
    }

    private static func twice(_ entry: ColumnEntry) -> Diagnostic {
        Diagnostic(
            "cast.twice",
            message: "the column '\(entry.column.header)' is there twice",
            at: entry.place,
            hint: "list it once"
        )
    }

    package func apply(to batch: inout Batch) {
        let original = batch
        let isConverted = Set(entries.filter { $0.conversion.isNeeded }.map(\.to.index))
        batch.reshape(to: output, from: output.columns.indices.map { isConverted.contains($0) ? nil : $0 })
        var faults = RowFaults()
        for entry in entries where entry.conversion.isNeeded {
            batch.replace(entry.to) { _, out in
                let wrong = entry.conversion.convert(entry.from, of: original, nulls: nulls, into: &out)
                guard onMismatch == .reject else { return }
                for row in wrong where !faults.has(row) {
                    faults.add(row, code: "cast.value", because: reason(for: row, of: original, entry: entry))
                }
            }
        }
        faults.reject(from: &batch, as: original)
    }

    private func reason(for row: Int, of batch: borrowing Batch, entry: Entry) -> String {
        let value = VisibleText.line(batch[row, entry.from].plainText, atMost: 80)
        let shown = entry.from.kind == .text ? value.debugDescription : value
        return "column '\(entry.name)': \(shown) is not \(entry.conversion.expected)"
    }
}

extension Cast {
    /// The columns to convert, under their old names: a value that does not fit rejects its record.
    package var needs: Needs {
        var needs = onMismatch == .reject ? Needs.columns(names.values) : Needs()
        for (new, old) in names {
            needs.made[new] = [old]
            if new != old { needs.made[old] = needs.made[old] ?? [] }
        }
        return needs
    }
}
