internal import Diagnostics
internal import Formats
internal import InputFiles
internal import PluginKit
internal import Records

/// Looks at the beginning of the first file: its dialect, its header, and what kinds its values have.
struct CSVInspection {
    private let choices: CSVReadChoices
    private let files: InputFiles
    private let log: StageLog

    init(_ choices: CSVReadChoices, files: InputFiles, log: StageLog) {
        self.choices = choices
        self.files = files
        self.log = log
    }

    /// What the first file that is not empty shows.
    ///
    /// - Throws: `csv.dialect` if it contradicts what is stated; `csv.empty`; `csv.missing-column`.
    func shape() async throws -> CSVShape {
        let entries = try await files.entries()
        for entry in entries {
            let (bytes, isWhole) = try await beginning(of: entry)
            guard !bytes.isEmpty else { continue }
            return try await shape(of: entry, bytes: bytes, isWhole: isWhole)
        }
        guard let columns = choices.columns, !columns.takesRest else {
            guard entries.isEmpty else { throw empty(entries[0].name) }
            return try choices.shape(header: [], name: "", dialect: CSVFileDialect())
        }
        return try choices.shape(header: columns.columns.map(\.header), name: "", dialect: CSVFileDialect())
    }

    private func shape(of entry: InputFileEntry, bytes: [UInt8], isWhole: Bool) async throws -> CSVShape {
        let (dialect, dialectGuess) = try CSVDialectChoice(choices, of: entry.name).dialect(bytes, isWhole: isWhole)
        var guesses = dialectGuess ?? []
        var edits =
            dialectGuess.flatMap { options in
                GuessEdit.edit(choices.places.dialect, stating: "stated", with: options).map { [$0] }
            } ?? []
        let input = try await TextInput(entry, of: files, encoding: dialect.encoding)
        let cutter = CSVCutter(dialect.syntax, name: entry.name, expectedSize: entry.size)
        let head = try await cutter.head(of: input, skipping: dialect.skippedLines, isHeader: dialect.hasHeader)
        guard !head.fields.isEmpty else { throw empty(entry.name) }
        let names = dialect.hasHeader ? CSVHeader.names(head.fields) : CSVHeader.names(count: head.fields.count)
        var guessed: [String: CellReader] = [:]
        if choices.kinds == .guess {
            guessed = try await kinds(names, cutter: cutter, input: input)
        }
        var shape = try choices.shape(header: names, name: entry.name, dialect: dialect, guessed: guessed)
        if choices.kinds == .guess {
            let columns = shape.literal
            guesses.append("columns = \(columns)")
            edits += GuessEdit.edits(choices.places.types, declaring: columns, at: choices.places.columns)
        }
        shape.guess = guesses.joined(separator: ", ")
        if choices.guesses || choices.kinds == .guess {
            // What was stated already needs no guess.
            let words = guesses.isEmpty ? "nothing but what is stated" : shape.guess
            var note = Diagnostic(
                "csv.guess",
                message: "guessed from the file: \(words)",
                at: .file(entry.name),
                severity: .note
            )
            note.edits = edits
            log.say(note)
        }
        return shape
    }

    private func empty(_ name: String) -> Diagnostic {
        Diagnostic(
            "csv.empty",
            message: "the file has no header, so its columns are not known",
            at: .file(name),
            hint: "list the columns in 'columns'"
        )
    }

    /// The first bytes of a file as they are stored, and whether those are all.
    private func beginning(of entry: InputFileEntry) async throws -> (bytes: [UInt8], isWhole: Bool) {
        let input = try await files.open(entry)
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.sampleSize, alignment: 16)
        defer { room.deallocate() }
        var count = 0
        while count < room.count {
            let got = try await input.read(into: UnsafeMutableRawBufferPointer(rebasing: room[count...]))
            if got == 0 { return (Array(room[..<count]), true) }
            count += got
        }
        return (Array(room), false)
    }

    private static let sampleSize = 64 << 10

    // MARK: Kinds

    /// What converts the columns whose values in the sample have a kind in common.
    private func kinds(
        _ names: [String],
        cutter: CSVCutter,
        input: TextInput
    ) async throws -> [String: CellReader] {
        let schema = Schema(names.map { Schema.Column($0, kind: .text) })
        let columns = schema.fields.map { CSVColumns.Column(place: $0.index, field: $0, name: names[$0.index]) }
        let decoder = CSVDecoder(
            cutter.syntax,
            columns: CSVColumns(width: names.count, columns: columns, ragged: .pad, nulls: choices.nulls)
        )
        var guesses = names.map { _ in KindGuess(words: choices.words, hasDecimalComma: choices.hasDecimalComma) }
        var left = choices.sample
        while left > 0 {
            cutter.pageSize = CSVCutter.PageSize(records: min(left, 4000))
            guard let page = try cutter.next() else {
                if cutter.isAtEnd { break }
                cutter.take(try await input.read(into: cutter.room()))
                continue
            }
            left -= page.recordCount
            var batch = Batch(schema)
            try decoder.decode(page, name: cutter.name, into: &batch)
            for field in schema.fields {
                for row in 0..<batch.count {
                    guard let text = batch.utf8(row, in: field), !text.isEmpty else { continue }
                    text.withUnsafeBufferPointer { guesses[field.index].add($0) }
                }
            }
        }
        var readers: [String: CellReader] = [:]
        for (name, guess) in zip(names, guesses) {
            let (kind, format) = guess.result
            guard kind != .text else { continue }
            readers[name] = try CellReader(
                kind,
                format: format,
                words: choices.words,
                hasDecimalComma: choices.hasDecimalComma
            )
        }
        return readers
    }
}
