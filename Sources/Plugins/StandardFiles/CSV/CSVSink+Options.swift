internal import Formats
package import PluginKit

extension CSVSink {
    /// The options of the sink `csv`.
    package struct Options: OptionGroup, PartedOptions {
        @Option("The path of the file, or -. {name}, {date}, {time}, {run} and {part} are replaced.")
        package var path: OutputDestination

        @Option(OnExisting.help)
        package var onExisting: OnExisting?

        @Option("The columns to write, in this order. Default: all.")
        package var columns: [ColumnName]?

        @Option("Whether a file begins with a line of column names.")
        package var header = true

        @Option("The character between two fields.")
        package var delimiter = CSVSeparator.comma

        @Option("The former name of 'delimiter'.")
        package var separator: CSVSeparator?

        @Option("The encoding of the file.")
        package var encoding = TextEncoding.utf8

        @Option("Whether the file begins with a byte order mark. Default: only in UTF-16.")
        package var bom: Bool?

        @Option("The line ending: LF, or CR and LF.")
        package var lineEnd = CSVLineEnd.lf

        @Option("Which fields are quoted.")
        package var quote = CSVQuoting.needed

        @Option("Whether texts that spreadsheets treat as formulas are kept, or get an apostrophe.")
        package var formulas = CSVFormulas.keep

        @Option("The text for null.")
        package var null = ""

        @Option("Whether an empty text is written as \"\", or as nothing, like null.")
        package var empty = CSVEmptyText.quotes

        @Option("Whether a time is written in full, or as its day in 'time_zone'.")
        package var instants = CSVInstants.time

        @Option("The time zone of days, such as \"Europe/Paris\", or \"local\" for this machine's. Default: UTC.")
        package var timeZone: String?

        @Option("Whether records for standard output wait until the run is complete. Default: true.")
        package var spool: Bool?

        @Option("How the file is compressed. Default: by its name, which ends with .gz or .zst.")
        package var compression: Compression?

        @Option("The level of compression, from 1 (fast) to 9 (gzip) or 19 (zstd). Default: 3.")
        package var level: Int?

        @Option("The most records of a part. Default: no parts.")
        package var maxRows: Int?

        @Option("The most bytes of a part, including its header. Default: no parts.")
        package var maxBytes: ByteCount?

        package var spoolPlace: Diagnostic.Place? { $spool }
        package var maxRowsPlace: Diagnostic.Place? { $maxRows }
        package var maxBytesPlace: Diagnostic.Place? { $maxBytes }
        package var levelPlace: Diagnostic.Place? { $level }

        package init() {}
    }
}

extension CSVSink.Options {
    /// The delimiter, by either name of the option.
    var chosenDelimiter: CSVSeparator {
        get throws(Diagnostic) {
            guard let separator else { return delimiter }
            guard delimiter == .comma || delimiter == separator else {
                throw Diagnostic(
                    "csv.delimiter",
                    message: "'separator' is the former name of 'delimiter', and they differ",
                    at: $separator,
                    hint: "remove 'separator'"
                )
            }
            return separator
        }
    }

    /// Refuses names of columns and marks that the encoding cannot express.
    func checkEncoding(of names: [String]) throws(DiagnosticList) {
        var problems = DiagnosticList()
        for text in names + [null] {
            guard let scalar = encoding.firstInexpressible(in: text.utf8.span) else { continue }
            problems.append(
                Diagnostic(
                    "csv.encoding",
                    message: "'\(text)' has '\(scalar)', which \(encoding.rawValue) cannot express",
                    at: $encoding,
                    hint: "encoding = \"utf-8\" can; or rename the column"
                )
            )
        }
        if bom == true, encoding.byteOrderMark.isEmpty {
            problems.append(
                Diagnostic(
                    "csv.encoding",
                    message: "\(encoding.rawValue) has no byte order mark",
                    at: $bom,
                    hint: "remove 'bom', or choose encoding = \"utf-8\""
                )
            )
        }
        try problems.throwIfErrors()
    }
}
