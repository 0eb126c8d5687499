internal import Formats
package import PluginKit

/// Writes records to a CSV file, or to several of limited size.
package struct CSVSink: PartedSink {
    package static let name = "csv"
    package static let summary = "Writes records to a CSV file, or to parts of limited size."
    package static let details = """
        The file is RFC 4180 in UTF-8, and has a line of column names even if there is no record. Fields are quoted \
        where necessary. Times are written as `2014-09-01T09:10:11.000Z`, in UTC, with six decimal places where three \
        are not enough; or with `instants = "day"` as the day in `time_zone`, `2014-09-01`, and the report names the \
        zone. Dates are written as `2014-09-01`, bytes as base64, numbers so that the same number is read back, \
        booleans as `true` and `false`. A text that holds JSON is written unchanged.

        A null is an empty field, and an empty text is `""`; a record that is a single null is `""` too, since many \
        programs ignore an empty line. For programs that do not know the difference, `empty = "nothing"` writes both \
        as an empty field, and `null` sets a text for null. The run warns if a record holds that text.

        `encoding` writes other encodings than UTF-8, for programs that expect them: UTF-16 is little-endian and \
        begins with a byte order mark. A record with a character that the encoding cannot express is rejected \
        (`csv.encoding`). `bom = true` puts a byte order mark before UTF-8, by which some spreadsheets recognise it.

        A path that ends with `.gz` or `.zst` is compressed, as is any with `compression`. The file consists of \
        members (gzip) or frames (zstd), at least one for each batch, so that a run can be resumed at any checkpoint; \
        every program that follows RFC 1952 or RFC 8878 reads them as one file. Batches of few records become larger \
        than in one piece. zstd needs the system's libzstd. `level` is 1 (fast) to 9 (small) for gzip, and 1 to 19 \
        for zstd; the default is 3. Members are compressed on all processors.

        A spreadsheet treats texts that begin with `=`, `+`, `-`, `@`, a tab or a line end as formulas. They are \
        written unchanged, since most readers of the file are programs. For people who open it in a spreadsheet, \
        `formulas = "escape"` puts an apostrophe before them, and the summary states how many there were. Numbers are \
        not changed, even if they are texts such as `-5`; nor are bytes, which are written as base64.

        `path = "-"` writes to standard output, which one sink of a pipeline can do, and not together with `--json`. \
        The records wait in a file of the state and leave when the run is complete, like any output; with \
        `spool = false` they leave as they come, and a run that is interrupted cannot be resumed. If the program that \
        reads them ends before, the run fails (`file.output-closed`, exit code 3).

        With `max_rows` or `max_bytes` the records are split into parts, each a complete file with its own header: \
        `films-01.csv`, `films-02.csv`, or with the number in the place of `{part}` in the path. A record is never \
        divided; one that is larger than `max_bytes` has its own part. Bytes are counted before compression. There are \
        at most 1,000 parts.
        """
    package static let example: String? = """
        [[sink]]
        use = "csv"
        path = "exports/{name}-{date}.csv"
        columns = ["title", "year", "watched_at"]
        instants = "day"
        time_zone = "Europe/Paris"
        """

    private let layout: CSVEncoder.Layout
    private let texts: [(field: Field, name: String)]
    /// The encoder between two writes, with its memory.
    private let encoder = Locked<CSVEncoder?>(nil)
    package let files: PartFiles
    package let contents: FileContents?
    private let log: StageLog

    package init(_ options: Options, input: Schema, in context: StageContext) throws {
        if options.timeZone != nil, options.instants != .day {
            throw Diagnostic(
                "csv.time-zone",
                message: "a time zone is only used for days, and times are written in UTC",
                at: options.$timeZone,
                hint: "add instants = \"day\", or remove 'time_zone'"
            )
        }
        let columns = try ColumnChoice(options.columns, of: input, at: options.$columns)
        var cells = CSVRowEncoder.Cells()
        cells.null = Array(options.null.utf8)
        cells.quotesEmptyText = options.empty == .quotes
        cells.escapesFormulas = options.formulas == .escape
        if options.instants == .day {
            cells.zone = try context.timeZone(options.timeZone ?? "UTC", at: options.$timeZone)
        }
        try options.checkEncoding(of: columns.names)
        layout = CSVEncoder.Layout(
            columns: columns,
            dialect: CSVDialect(
                separator: try options.chosenDelimiter.sign,
                lineEnd: options.lineEnd == .crlf ? .crlf : .lf,
                quoting: options.quote == .all ? .always : .whenNeeded
            ),
            cells: cells,
            hasHeader: options.header,
            encoding: options.encoding,
            hasMark: options.bom ?? (options.encoding == .utf16)
        )
        contents = try options.contents(columns, of: input)
        texts = zip(columns.fields, columns.names).filter { $0.0.kind == .text }.map { ($0, $1) }
        files = PartFiles(
            try FilePlace(options),
            in: context,
            format: options.encoding.includesASCII ? .csv(hasHeader: options.header) : .opaque
        )
        log = context.log
    }

    package func write(_ batch: inout Batch, at mark: FileMark?) throws -> FileMark {
        if layout.encoding != .utf8 { rejectInexpressible(&batch) }
        var encoder = self.encoder.withLock { $0.take() } ?? CSVEncoder(layout)
        let next = try files.write(batch, with: &encoder, at: mark)
        let findings = encoder.takeFindings()
        self.encoder.withLock { [encoder] in $0 = encoder }
        batch.remark(
            on: findings.escapedFormulas,
            words: "texts that begin like a formula have an apostrophe before them",
            one: "text that begins like a formula has an apostrophe before it"
        )
        if findings.metNullText {
            log.say(
                Diagnostic(
                    "csv.null-text",
                    message: "a record holds the text that stands for null, and will be read back as null",
                    hint: "choose another text for 'null'",
                    severity: .warning
                )
            )
        }
        return next
    }

    /// Rejects records with characters that the encoding cannot express.
    private func rejectInexpressible(_ batch: inout Batch) {
        let encoding = layout.encoding
        batch.reject { batch, row in
            for (field, name) in texts {
                guard let text = batch.utf8(row, in: field), let scalar = encoding.firstInexpressible(in: text) else {
                    continue
                }
                let shown = VisibleText.line(String(scalar), atMost: 20)
                return ("csv.encoding", "its '\(name)' has '\(shown)', which \(encoding.rawValue) cannot express")
            }
            return nil
        }
    }

    package func finish(at mark: FileMark?) throws -> Delivery<FileMark> {
        var encoder = CSVEncoder(layout)
        var delivery = try files.finish(at: mark, with: &encoder)
        if let zone = layout.cells.zone, delivery.written > 0 {
            delivery.remarks.append("days are those of \(zone.name)")
        }
        return delivery
    }
}

extension CSVSink {
    /// The columns that the sink writes.
    package var needs: Needs { .columns(layout.columns.names) }
}
