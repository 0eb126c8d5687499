public import PluginKit

extension Letterboxd {
    /// What a pipeline file can set.
    public struct Options: OptionGroup {
        @Option("Where to write. Several files are numbered: `diary-01.csv`.")
        var path: OutputPath = "exports/{name}.csv"
        @Option(OnExisting.help)
        var onExisting: OnExisting?
        @Option("Which import the files are for.")
        var content = ImportContent.diary
        @Option(
            "The zone whose days are the days of viewings: an IANA name, `local` for that of this machine, or `account` for that in the column `time_zone`, as the sources of accounts have it."
        )
        var timeZone = "local"
        @Option("Which viewings of a film carry its rating.")
        var rating = RatingPlacement.newest
        @Option(
            "Whether a viewing without a date counts as earlier than all dated ones, which makes every dated one a rewatch."
        )
        var undatedFirst = false
        @Option("Tags for every row with a date.")
        var tags: [String] = []
        @Option("Whether to send title and year next to ids.")
        var titles = true
        @Option("How a quote inside a title is written.")
        var quotes = QuoteStyle.doubled
        @Option("Whether texts that spreadsheets take for formulas are kept, or have an apostrophe before them.")
        var formulas = Formulas.keep
        @Option("The size in bytes that every file stays below; Letterboxd takes 1 MB.", in: 1_000...1_000_000)
        var maxBytes = 950_000
        @Option("The most rows in a file, for browsers that stall on large ones.")
        var maxRows: Int?

        /// The defaults.
        public init() {}
    }

    /// What happens to texts that spreadsheets take for formulas.
    public enum Formulas: String, OptionValue, CaseIterable {
        /// They are written as they are: an import takes them for text.
        case keep
        /// An apostrophe stands before them, for people who look at the files in a spreadsheet.
        case escape
    }
}
