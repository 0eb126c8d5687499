internal import Formats
package import InputFiles
package import PluginKit

/// Reads records from CSV files.
package struct CSVSource: Source {
    package static let name = "csv"
    package static let summary = "Reads records from CSV files: one, several, a folder or a pattern."
    package static let details = """
        Several files meet by the names in their headers. Columns are text unless `columns` declares another kind; a \
        value that does not fit is rejected, with its file, line and column. `columns` also chooses: what is not listed \
        is not read, and `"*"` stands for all others.

        An empty field is null, and `""` is an empty text. A blank line is no record. A record with another number of \
        fields than the header, or with text after a closing quote, is rejected, and the file is read further. A file \
        whose quotes are not closed, or that has another encoding, ends the run at the line where that begins.

        Without options, a file is read with commas, double quotes, UTF-8 and a header. If the beginning of the first \
        file contradicts that, the options to add are part of the message; with `dialect = "guess"` they are used as \
        they are found. All line ends are read: LF, CR LF, CR, and mixtures.
        """
    package static let example: String? = """
        [[source]]
        use = "csv"
        path = "plays/*.csv"
        columns = ["title", "year: integer", "seen: date %d.%m.%Y"]
        """

    /// Standard input has nothing that identifies it, and reading a file is as fast as reading it from a cache.
    package static let isCacheable = false
    package static let makesExchanges = true

    package struct Options: OptionGroup {
        @Option("The file, a pattern, a folder, an address, \"-\" for standard input; or a list of them.")
        package var path: InputPatterns

        @Option("The columns to read, each with its kind, such as \"id: integer\". Default: all, as text.")
        package var columns: ColumnDeclarations?

        @Option("Whether columns without a declared kind are text, or of the kind that their values show in a sample.")
        package var types = ColumnKinds.declared

        @Option("The number of records of the first file from which kinds are guessed.", in: 1...1_000_000)
        package var sample = 1000

        @Option("Texts that mean null, with or without quotes.")
        package var nulls: [String] = []

        @Option("What an empty field without quotes is.")
        package var empty = EmptyCells.null

        @Option("Words for true in columns of the kind boolean. Default: true, yes, t, y, 1.")
        package var trueWords: [String]?

        @Option("Words for false in columns of the kind boolean. Default: false, no, f, n, 0.")
        package var falseWords: [String]?

        @Option("Whether numbers have a comma before the fraction.")
        package var decimalComma = false

        @Option("What happens if a file lacks a column.")
        package var missing = MissingColumns.error

        @Option("What happens if a file has a column that the first file does not have.")
        package var extra = ExtraColumns.error

        @Option("A column for the name of the file that a record is from. Default: none.")
        package var fileColumn: String?

        @Option("The text between two fields. Default: a comma.")
        package var delimiter: String?

        @Option("The quote around fields, or \"none\". Default: a double quote.")
        package var quote: String?

        @Option("How a quote within quotes is written: \"doubled\", \"none\" or a sign before it. Default: doubled.")
        package var escape: String?

        @Option("Whether the first record has the names of the columns. Default: true.")
        package var header: Bool?

        @Option("The sign at the start of lines that are comments. Default: no comments.")
        package var comment: String?

        @Option("The encoding of the files. Default: UTF-8.")
        package var encoding: TextEncoding?

        @Option("The number of lines to skip at the beginning of each file. Default: 0.", in: 0...1_000_000)
        package var skipLines: Int?

        @Option("What happens to a record with another number of fields: reject it, pad it, or keep what is surplus.")
        package var ragged = RaggedRecords.reject

        @Option("Whether the dialect is stated by these options, or guessed where they state nothing.")
        package var dialect = DialectOrigin.stated

        @Option("Whether a pattern or folder without files is an error.")
        package var noFiles = NoFiles.error

        @Option("Whether standard input is stored, so that a run can be resumed and may begin again.")
        package var spool = true

        package init() {}
    }

    private let choices: CSVReadChoices
    private let files: InputFiles
    private let context: StageContext
    private let known = Locked<CSVShape?>(nil)
    private let readings = PerRequest<CSVReading>()
    private let memory = GuessMemory(of: Self.name)

    package init(_ options: Options, in context: StageContext) throws {
        self.context = context
        choices = try CSVReadChoices(options)
        files = try InputFiles(
            options.path,
            in: context,
            allowsNone: options.noFiles == .ok,
            spools: options.spool
        )
    }

    package var fingerprint: String? { get async { await files.fingerprint } }

    package var revision: String? { get async { await files.revision(growsByLines: statesUTF8) } }

    package var declared: Description? {
        choices.declaredSchema.map { Description($0, findsNews: files.canFindNews) }
    }

    package func describe() async throws -> Description {
        Description(try await shape().schema, findsNews: files.canFindNews)
    }

    package func news(since bookmark: [UInt8]?) async throws -> News? {
        // Places are those of the text as UTF-8: in another encoding, a grown file is read from its start.
        let growsByLines = choices.guesses ? try await shape().dialect.encoding == .utf8 : statesUTF8
        return try await files.news(since: bookmark, growsByLines: growsByLines)
    }

    package func share(before cursor: FileCursor) -> Double? {
        // The offsets of another encoding are those of the text as UTF-8.
        let isUTF8 = choices.guesses ? known.withLock { $0?.dialect.encoding } == .utf8 : statesUTF8
        return files.share(before: cursor.file, offset: isUTF8 ? cursor.offset : nil)
    }

    /// Whether the files are UTF-8 by the options.
    private var statesUTF8: Bool { choices.stated.encoding ?? .utf8 == .utf8 }

    package func describe(_ contents: FileContents) -> Description? {
        guard contents.form == Self.name else { return nil }
        return (try? choices.shape(header: contents.schema.names, name: "", dialect: CSVFileDialect())).map {
            Description($0.schema, findsNews: files.canFindNews)
        }
    }

    package func read(
        at cursor: FileCursor?,
        for request: ReadRequest,
        into batch: inout Batch
    ) async throws -> Next<FileCursor> {
        let shape = try await shape()
        if !shape.guess.isEmpty { try await memory.note(shape.guess, in: context) }
        let reading = readings.value(for: request) {
            CSVReading(choices, shape: shape, files: files, request: request, in: context)
        }
        return try await reading.read(at: cursor, for: request, into: &batch)
    }

    /// What the first file shows; it is inspected a single time.
    private func shape() async throws -> CSVShape {
        if let shape = known.withLock({ $0 }) { return shape }
        let shape = try await CSVInspection(choices, files: files, log: context.log).shape()
        return known.withLock { known in
            let first = known ?? shape
            known = first
            return first
        }
    }
}
