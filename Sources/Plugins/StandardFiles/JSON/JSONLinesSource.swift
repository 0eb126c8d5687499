internal import Formats
package import InputFiles
package import PluginKit

/// Reads records from files with one JSON object on each line.
package struct JSONLinesSource: Source {
    package static let name = "json-lines"
    package static let summary = "Reads one JSON object on each line: JSON Lines, NDJSON."
    package static let details = """
        Without `columns`, the first records of the first file show the columns: a key each, and `movie.ids.tmdb` for a \
        key within objects. Values keep their form: a number is written as it was read (`1.10`), lists and objects are \
        JSON. A record with a key that the sample does not have is rejected (`json.key`), or counted with \
        `extra = "ignore"`.

        `columns` chooses the columns and their order, and declares their kinds: what does not fit is never changed, but \
        rejects its record (`json.kind`). A line that is not an object is rejected (`json.syntax`, `json.object`), and \
        the file is read further. Blank lines are skipped; so are a byte order mark and CR before a line end.
        """
    package static let example: String? = """
        [[source]]
        use = "json-lines"
        path = "plays/*.jsonl"
        columns = ["id: integer", "watched_at: instant", "movie.title as title", "movie.ids.tmdb as tmdb: integer"]
        """

    /// Reading a page again is as fast as reading it from a cache, and standard input has no fingerprint.
    package static let isCacheable = false
    /// Addresses are read with requests.
    package static let makesExchanges = true

    package struct Options: OptionGroup {
        @Option(
            "The file, a pattern such as \"data/*.jsonl\", a folder, an address, \"-\" for standard input, or a list."
        )
        package var path: InputPatterns

        @Option("The columns to read, each with its kind: \"id: integer\", \"movie.title as title\". Default: all.")
        package var columns: ColumnDeclarations?

        @Option("Whether values without a declared kind keep their form, or have the kind that a sample shows.")
        package var types = ColumnKinds.declared

        @Option("The number of records at the beginning of the first file that show the columns.", in: 1...1_000_000)
        package var sample = 1000

        @Option("Texts that mean null.")
        package var nulls: [String] = []

        @Option("Words for true in columns of the kind boolean. Default: true, yes, t, y, 1.")
        package var trueWords: [String]?

        @Option("Words for false in columns of the kind boolean. Default: false, no, f, n, 0.")
        package var falseWords: [String]?

        @Option("Whether numbers in texts have a comma before the fraction.")
        package var decimalComma = false

        @Option("What happens if no record of the sample has a column that is listed.")
        package var missing = MissingColumns.error

        @Option("What happens to a record with a key that the sample does not have, if all keys are read.")
        package var extra = ExtraColumns.error

        @Option("A column for the name of the file that a record is from. Default: none.")
        package var fileColumn: String?

        @Option("Whether a pattern or folder without files is an error.")
        package var noFiles = NoFiles.error

        @Option("Whether standard input is stored, so that a run can be resumed and may begin again.")
        package var spool = true

        package init() {}
    }

    private let files: InputFiles
    private let reading: JSONReading

    package init(_ options: Options, in context: StageContext) throws {
        files = try InputFiles(
            options.path,
            in: context,
            allowsNone: options.noFiles == .ok,
            spools: options.spool
        )
        var choices = JSONReadChoices()
        choices.columns = options.columns
        choices.place = options.$columns
        choices.types = options.types
        choices.typesPlace = options.$types
        choices.sample = options.sample
        choices.nulls = options.nulls
        choices.missing = options.missing
        choices.extra = options.extra
        choices.fileColumn = options.fileColumn
        choices.words = BooleanWords(true: options.trueWords, false: options.falseWords)
        choices.hasDecimalComma = options.decimalComma
        reading = JSONReading(choices, layout: JSONLayout(form: .lines), files: files, in: context)
    }

    package var fingerprint: String? { get async { await files.fingerprint } }

    package var revision: String? { get async { await files.revision() } }

    package func news(since bookmark: [UInt8]?) async throws -> News? {
        try await files.news(since: bookmark)
    }

    package func share(before cursor: FileCursor) -> Double? {
        files.share(before: cursor.file, offset: cursor.offset)
    }

    package var declared: Description? { reading.declared }

    package func describe() async throws -> Description { try await reading.describe() }

    package func read(
        at cursor: FileCursor?,
        for request: ReadRequest,
        into batch: inout Batch
    ) async throws -> Next<FileCursor> {
        try await reading.read(at: cursor, for: request, into: &batch)
    }
}
