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

        A null is an empty field, and so is an empty text: where the difference matters, set `null` to a text that no \
        record holds. The run warns if one does.

        A spreadsheet treats texts that begin with `=`, `+`, `-`, `@`, a tab or a line end as formulas. They are \
        written unchanged, since most readers of the file are programs. For people who open it in a spreadsheet, \
        `formulas = "escape"` puts an apostrophe before them, and the summary states how many there were. Numbers are \
        not changed, even if they are texts such as `-5`; nor are bytes, which are written as base64.

        With `max_rows` or `max_bytes` the records are split into parts, each a complete file with its own header: \
        `films-01.csv`, `films-02.csv`, or with the number in the place of `{part}` in the path. A record is never \
        divided; one that is larger than `max_bytes` has its own part. There are at most 1,000 parts.
        """
    package static let example: String? = """
        [[sink]]
        use = "csv"
        path = "exports/{name}-{date}.csv"
        columns = ["title", "year", "watched_at"]
        instants = "day"
        time_zone = "Europe/Paris"
        """

    package struct Options: OptionGroup, PartedOptions {
        @Option("The path of the file. {name}, {date}, {time}, {run} and {part} are replaced.")
        package var path: OutputPath

        @Option(OnExisting.help)
        package var onExisting: OnExisting?

        @Option("The columns to write, in this order. Default: all.")
        package var columns: [ColumnName]?

        @Option("Whether a file begins with a line of column names.")
        package var header = true

        @Option("The character between two fields.")
        package var separator = CSVSeparator.comma

        @Option("The line ending: LF, or CR and LF.")
        package var lineEnd = CSVLineEnd.lf

        @Option("Which fields are quoted.")
        package var quote = CSVQuoting.needed

        @Option("Whether texts that spreadsheets treat as formulas are kept, or get an apostrophe.")
        package var formulas = CSVFormulas.keep

        @Option("The text for null.")
        package var null = ""

        @Option("Whether a time is written in full, or as its day in 'time_zone'.")
        package var instants = CSVInstants.time

        @Option("The time zone of days, such as \"Europe/Paris\", or \"local\" for this machine's. Default: UTC.")
        package var timeZone: String?

        @Option("The most records of a part. Default: no parts.")
        package var maxRows: Int?

        @Option("The most bytes of a part, including its header. Default: no parts.")
        package var maxBytes: ByteCount?

        package init() {}
    }

    private let layout: CSVLayout
    package let files: PartFiles
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
        layout = CSVLayout(
            columns: try ColumnChoice(options.columns, of: input, at: options.$columns),
            dialect: CSVDialect(
                separator: options.separator.sign,
                lineEnd: options.lineEnd == .crlf ? .crlf : .lf,
                quoting: options.quote == .all ? .always : .whenNeeded
            ),
            hasHeader: options.header,
            null: Array(options.null.utf8),
            escapesFormulas: options.formulas == .escape,
            zone: options.instants == .day
                ? try context.timeZone(options.timeZone ?? "UTC", at: options.$timeZone) : nil
        )
        let limits = try PartLimits(
            records: options.maxRows,
            at: options.$maxRows,
            bytes: options.maxBytes,
            at: options.$maxBytes
        )
        files = PartFiles(options.path, in: context.run, limits: limits, format: .csv(hasHeader: options.header))
        log = context.log
    }

    package func write(_ batch: inout Batch, at mark: FileMark?) throws -> FileMark {
        var encoder = CSVEncoder(layout)
        let next = try files.write(batch, with: &encoder, at: mark)
        batch.remark(
            on: encoder.escapedFormulas,
            words: "texts that begin like a formula have an apostrophe before them",
            one: "text that begins like a formula has an apostrophe before it"
        )
        if encoder.metNullText {
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

    package func finish(at mark: FileMark?) throws -> Delivery<FileMark> {
        var encoder = CSVEncoder(layout)
        var delivery = try files.finish(at: mark, with: &encoder)
        if let zone = layout.zone, delivery.written > 0 { delivery.remarks.append("days are those of \(zone.name)") }
        return delivery
    }
}

extension CSVSink {
    /// The columns that the sink writes.
    package var needs: Needs { .columns(layout.columns.names) }
}
