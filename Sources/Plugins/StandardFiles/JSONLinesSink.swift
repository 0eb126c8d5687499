internal import Formats
package import PluginKit

/// Writes each record as a JSON object on its own line.
package struct JSONLinesSink: PartedSink {
    package static let name = "json-lines"
    package static let summary = "Writes each record as a JSON object on its own line, also known as NDJSON."
    package static let details = """
        The file is UTF-8; each line is one object and ends with LF. Without records the file is empty. Times are \
        texts such as `"2014-09-01T09:10:11.000Z"`, in UTC, with six decimal places where three are not enough; dates \
        are texts such as `"2014-09-01"`, bytes are base64. Numbers are written so that the same number is read back, \
        decimal ones with all their digits, which are more than some readers of JSON keep. JSON has no not-a-number \
        and no infinities: they are written as null, and the run warns. A text that holds JSON, such as a list, is \
        written as that value; a record whose text is not JSON is rejected.

        With `max_rows` or `max_bytes` the records are split into parts: `films-01.jsonl`, `films-02.jsonl`, or with \
        the number in the place of `{part}` in the path. A record is never divided; one that is larger than \
        `max_bytes` has its own part. There are at most 1,000 parts.
        """
    package static let example: String? = """
        [[sink]]
        use = "json-lines"
        path = "exports/{name}-{date}.jsonl"
        nulls = "write"
        """

    package struct Options: OptionGroup, PartedOptions {
        @Option("The path of the file. {name}, {date}, {time}, {run} and {part} are replaced.")
        package var path: OutputPath

        @Option(OnExisting.help)
        package var onExisting: OnExisting?

        @Option("The columns to write, in this order. Default: all.")
        package var columns: [ColumnName]?

        @Option("Whether the key of a null is omitted, or written with null.")
        package var nulls = JSONNulls.omit

        @Option("The most records of a part. Default: no parts.")
        package var maxRows: Int?

        @Option("The most bytes of a part. Default: no parts.")
        package var maxBytes: ByteCount?

        package init() {}
    }

    private let layout: JSONLinesEncoder.Layout
    /// The columns whose texts are JSON.
    private let documents: [(field: Field, name: String)]
    private let columns: [String]
    package let files: PartFiles
    private let log: StageLog

    package init(_ options: Options, input: Schema, in context: StageContext) throws {
        let columns = try ColumnChoice(options.columns, of: input, at: options.$columns)
        self.columns = columns.names
        layout = JSONLinesEncoder.Layout(columns, of: input, writesNulls: options.nulls == .write)
        documents = zip(columns.fields, columns.names).filter { field, _ in input.columns[field.index].holdsJSON }
            .map { ($0, $1) }
        let limits = try PartLimits(
            records: options.maxRows,
            at: options.$maxRows,
            bytes: options.maxBytes,
            at: options.$maxBytes
        )
        files = PartFiles(options.path, in: context.run, limits: limits, format: .lines)
        log = context.log
    }

    package func write(_ batch: inout Batch, at mark: FileMark?) throws -> FileMark {
        if !documents.isEmpty { rejectWhatIsNotJSON(&batch) }
        var encoder = JSONLinesEncoder(layout)
        let next = try files.write(batch, with: &encoder, at: mark)
        if encoder.metNoNumber {
            log.say(
                Diagnostic(
                    "json-lines.no-number",
                    message: "a record holds not-a-number or an infinity, which is written as null",
                    severity: .warning
                )
            )
        }
        return next
    }

    private func rejectWhatIsNotJSON(_ batch: inout Batch) {
        batch.reject { batch, row in
            for (field, name) in documents {
                guard let text = batch.utf8(row, in: field), !JSONText.isValue(text) else { continue }
                let shown = VisibleText.line(batch.text(row, in: field) ?? "", atMost: 60)
                return ("json-lines.not-json", "its '\(name)' is not JSON: '\(shown)'")
            }
            return nil
        }
    }

    package func finish(at mark: FileMark?) throws -> Delivery<FileMark> {
        var encoder = JSONLinesEncoder(layout)
        return try files.finish(at: mark, with: &encoder)
    }
}

/// How a null is written in a JSON object.
package enum JSONNulls: String, CaseIterable, OptionValue {
    /// Its key is omitted.
    case omit
    /// It is written as null.
    case write
}

extension JSONLinesSink {
    /// The columns that the sink writes.
    package var needs: Needs { .columns(columns) }
}
