internal import Formats
package import InputFiles
package import PluginKit

/// Reads records from JSON files: the elements of a list, or one value after the other.
package struct JSONSource: Source {
    package static let name = "json"
    package static let summary = "Reads the objects of a JSON list, or one value after the other."
    package static let details = """
        A file is a list of objects, has such a list at the keys of `at`, or has one value after the other, with or \
        without whitespace between them. It is read in pieces, whatever its size. For one object on each line, \
        `json-lines` is faster, and a damaged line costs no other.

        Columns are found and declared as for `json-lines`. A record that does not fit is rejected; a file that is \
        damaged, so that the next record cannot be found, ends the run at that byte.
        """
    package static let example: String? = """
        [[source]]
        use = "json"
        path = "answer.json"
        at = "data.items"
        """

    /// Reading a page again is as fast as reading it from a cache, and standard input has no fingerprint.
    package static let isCacheable = false
    /// Addresses are read with requests.
    package static let makesExchanges = true

    package struct Options: OptionGroup {
        @Option(
            "The file, a pattern such as \"data/*.json\", a folder, an address, \"-\" for standard input, or a list."
        )
        package var path: InputPatterns

        @Option("The keys down to the list of records, joined by dots. Default: the file is the list.")
        package var at: JSONPath?

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
        reading = JSONReading(
            choices,
            layout: JSONLayout(form: .values, path: options.at?.keys ?? []),
            files: files,
            in: context
        )
    }

    package var fingerprint: String? { get async { await files.fingerprint } }

    package var revision: String? { get async { await files.revision(growsByLines: false) } }

    package func news(since bookmark: [UInt8]?) async throws -> News? {
        try await files.news(since: bookmark, growsByLines: false)
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
