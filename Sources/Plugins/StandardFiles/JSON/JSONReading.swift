internal import Formats
internal import InputFiles
internal import PluginKit
internal import Records

/// Reads the records of JSON files: what the sources `json-lines` and `json` have in common.
final class JSONReading: Sendable {
    private let choices: JSONReadChoices
    private let layout: JSONLayout
    private let files: InputFiles
    private let context: StageContext
    private let known = Locked<Known?>(nil)
    private let pages = PerRequest<CutPages<JSONFilesCutter>>()

    /// What the first file shows.
    private struct Known: Sendable {
        let columns: JSONColumns
        let schema: Schema
        let decoder: JSONPageDecoder
    }

    init(_ choices: JSONReadChoices, layout: JSONLayout, files: InputFiles, in context: StageContext) {
        self.choices = choices
        self.layout = layout
        self.files = files
        self.context = context
    }

    /// What the options declare; nil if only the files show the columns.
    var declared: Description? {
        guard choices.isComplete, let columns = try? JSONColumns(choices, shape: nil, name: "") else { return nil }
        return description(columns.schema)
    }

    func describe() async throws -> Description { description(try await columns().schema) }

    private func description(_ schema: Schema) -> Description {
        Description(schema, findsNews: files.canFindNews)
    }

    func read(
        at cursor: FileCursor?,
        for request: ReadRequest,
        into batch: inout Batch
    ) async throws -> Next<FileCursor> {
        let known = try await columns()
        let pages = pages.value(for: request) {
            CutPages { [layout, files, mostRecords = context.batchSize] position in
                let entries = try await files.entries(for: request, isStart: position.isStart)
                return JSONFilesCutter(layout, of: files, entries: entries, mostRecords: mostRecords, at: position)
            }
        }
        let (page, next) = try await pages.page(at: cursor)
        guard let page else { return next }
        batch = Batch(known.schema, capacity: page.content.reduce(0) { $0 + $1.page.recordCount })
        for part in page.content { append(part, known: known, to: &batch) }
        if known.schema != request.schema { batch.reshape(to: request.schema) }
        return next
    }

    private func append(_ part: JSONPart, known: Known, to batch: inout Batch) {
        let unit = layout.form == .lines ? "line" : "record"
        batch.begin(part.name, counting: unit)
        batch.number(from: part.page.firstNumber)
        let field = known.columns.file.flatMap { known.schema.optionalField($0) }
        let result = known.decoder.decode(part.page, into: &batch, name: field.map { ($0, part.name) })
        if let numbers = result.numbers { batch.number(last: numbers) }
        for fault in result.faults {
            let column = fault.column.map { ", column \($0)" } ?? ""
            batch.noteRejected(
                Rejection(
                    code: fault.code,
                    reason: fault.reason,
                    position: "\(part.name), \(unit) \(fault.number)\(layout.form == .lines ? column : "")",
                    record: [Rejection.Item(name: unit, value: .text(fault.excerpt))]
                )
            )
        }
        for (key, count) in result.unknownKeys.sorted(by: { $0.key < $1.key }) {
            batch.remark(
                on: count,
                words: "records have the key '\(key)', which no record of the sample has; it was not read",
                one: "record has the key '\(key)', which no record of the sample has; it was not read"
            )
        }
    }

    // MARK: Columns

    private func columns() async throws -> Known {
        if let known = known.withLock({ $0 }) { return known }
        let (shape, name) = try await sample()
        let columns = try JSONColumns(choices, shape: shape, name: name)
        if columns.columns.isEmpty {
            throw Diagnostic(
                "json.no-columns",
                message: "there is no record that shows which columns there are",
                category: .data,
                at: .file(name),
                hint: "declare the columns, each with its kind: columns = [\"id: integer\"]"
            )
        }
        if choices.types == .guess {
            var note = Diagnostic(
                "json.guess",
                message: "guessed from the file: columns = \(columns.literal)",
                at: .file(name),
                severity: .note
            )
            note.edits = GuessEdit.edits(choices.typesPlace, declaring: columns.literal, at: choices.place)
            context.log.say(note)
        }
        let found = Known(columns: columns, schema: columns.schema, decoder: columns.decoder)
        return known.withLock { known in
            let first = known ?? found
            known = first
            return first
        }
    }

    /// The keys of the first records, and the name of the first file that has some.
    private func sample() async throws -> (shape: JSONShape?, name: String) {
        let entries = try await files.entries()
        guard let first = entries.first else { return (choices.isComplete ? nil : JSONShape(), "") }
        if choices.isComplete, choices.missing == .null { return (nil, first.name) }
        var shape = JSONShape(choices.guess, nulls: choices.nulls)
        var name = first.name
        for (index, entry) in entries.enumerated() where shape.recordCount == 0 {
            name = entry.name
            let file: JSONOpenFile
            do {
                file = try await JSONOpenFile(entry, of: files, layout: layout, at: FileCursor(file: index))
                while shape.recordCount < choices.sample,
                    let page = try await file.nextPage(mostRecords: choices.sample, usualBytes: 1 << 20)
                {
                    shape.add(page, atMost: choices.sample - shape.recordCount)
                }
            } catch let problem as Diagnostic where problem.category == .data && shape.recordCount > 0 {
                // The damage is reported where it is read.
            }
        }
        return (shape, name)
    }
}
