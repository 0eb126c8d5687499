internal import Formats
package import PluginKit

/// Writes all records as one JSON array of objects.
package struct JSONSink: PartedSink {
    package static let name = "json"
    package static let summary = "Writes the records as one JSON array of objects."
    package static let details = """
        The file is UTF-8: an array with an object for each record, on a line of its own or, with `pretty = true`, \
        with a line for each value. Without records it is `[]`. Values are written as by `json-lines`; that format is \
        the better one for many records, since other programs can read it in pieces.

        With `max_rows` or `max_bytes` the records are split into parts, each a complete array: `films-01.json`, \
        `films-02.json`, or with the number in the place of `{part}` in the path. There are at most 1,000 parts. A \
        path that ends with `.gz` or `.zst` is compressed, as is any with `compression`; how, and the levels, are \
        those of the sink `csv`. So is `path = "-"`, for standard output.
        """
    package static let example: String? = """
        [[sink]]
        use = "json"
        path = "exports/{name}-{date}.json"
        pretty = true
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

        @Option("Whether each value has a line of its own, with an indentation of two spaces.")
        package var pretty = false

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
        let files = PartFiles(try FilePlace(options), in: context, format: .opaque)
        let columns = try ColumnChoice(options.columns, of: input, at: options.$columns)
        contents =
            options.path == .standardOutput
            ? nil : FileContents(form: Self.name, schema: columns.schema(of: input))
        objects = JSONObjects(
            columns,
            of: input,
            form: options.pretty ? .prettyElements : .elements,
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
