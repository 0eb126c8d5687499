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
        `max_bytes` has its own part. Bytes are counted before compression. There are at most 1,000 parts.

        A path that ends with `.gz` or `.zst` is compressed, as is any with `compression`; how, and the levels, are \
        those of the sink `csv`. So is `path = "-"`, for standard output.
        """
    package static let example: String? = """
        [[sink]]
        use = "json-lines"
        path = "exports/{name}-{date}.jsonl"
        nulls = "write"
        """

    package struct Options: OptionGroup, PartedOptions {
        @Option("The path of the file, or -. {name}, {date}, {time}, {run} and {part} are replaced.")
        package var path: OutputDestination

        @Option(OnExisting.help)
        package var onExisting: OnExisting?

        @Option("The columns to write, in this order. Default: all.")
        package var columns: [ColumnName]?

        @Option("Whether the key of a null is omitted, or written with null.")
        package var nulls = JSONNulls.omit

        @Option("Whether records for standard output wait until the run is complete. Default: true.")
        package var spool: Bool?

        @Option("How the file is compressed. Default: by its name, which ends with .gz or .zst.")
        package var compression: Compression?

        @Option("The level of compression, from 1 (fast) to 9 (gzip) or 19 (zstd). Default: 3.")
        package var level: Int?

        @Option("The most records of a part. Default: no parts.")
        package var maxRows: Int?

        @Option("The most bytes of a part. Default: no parts.")
        package var maxBytes: ByteCount?

        package var spoolPlace: Diagnostic.Place? { $spool }
        package var maxRowsPlace: Diagnostic.Place? { $maxRows }
        package var maxBytesPlace: Diagnostic.Place? { $maxBytes }
        package var levelPlace: Diagnostic.Place? { $level }

        package init() {}
    }

    private let objects: JSONObjects
    package let contents: FileContents?
    package var files: PartFiles { objects.files }

    package init(_ options: Options, input: Schema, in context: StageContext) throws {
        let files = PartFiles(try FilePlace(options), in: context, format: .lines)
        let columns = try ColumnChoice(options.columns, of: input, at: options.$columns)
        contents =
            options.path == .standardOutput
            ? nil : FileContents(form: Self.name, schema: columns.schema(of: input))
        objects = JSONObjects(
            columns,
            of: input,
            form: .lines,
            writesNulls: options.nulls == .write,
            files: files,
            log: context.log
        )
    }

    package func write(_ batch: inout Batch, at mark: FileMark?) throws -> FileMark {
        try objects.write(&batch, at: mark)
    }

    package func finish(at mark: FileMark?) throws -> Delivery<FileMark> { try objects.finish(at: mark) }

    /// The columns that the sink writes.
    package var needs: Needs { .columns(objects.columns.names) }
}
