public import PluginKit

extension Letterboxd {
    /// The options in a pipeline file.
    public struct Options: OptionGroup {
        @Option("The path of the file. Several files are numbered: `diary-01.csv`.")
        var path: OutputPath = "exports/{name}.csv"
        @Option(OnExisting.help)
        var onExisting: OnExisting?
        @Option("The import that the files are for.")
        var content = ImportContent.diary
        @Option(
            "The time zone of the days of viewings: an IANA name, `local` for this machine's, or `account` for the column `time_zone`."
        )
        var timeZone = "local"
        @Option("Which viewings of a film have its rating.")
        var rating = RatingPlacement.newest
        @Option(
            "Whether a viewing without a date counts as earlier than all dated ones, which makes every dated one a rewatch."
        )
        var undatedFirst = false
        @Option("Additional tags for every row with a date.")
        var tags: [String] = []
        @Option("Whether to write title and year in addition to ids.")
        var titles = true
        @Option("How a quote inside a title is written.")
        var quotes = QuoteStyle.doubled
        @Option("Whether texts that spreadsheets treat as formulas are kept, or get an apostrophe.")
        var formulas = Formulas.keep
        @Option("The size in bytes that every file stays below; Letterboxd accepts 1 MB.", in: 1_000...1_000_000)
        var maxBytes = 950_000
        @Option("The most rows in a file, for browsers that stall on large ones.")
        var maxRows: Int?

        /// Creates options with their defaults.
        public init() {}
    }

    /// What happens to texts that spreadsheets treat as formulas.
    public enum Formulas: String, OptionValue, CaseIterable {
        /// They are written unchanged: an import reads them as text.
        case keep
        /// An apostrophe is put before them, for people who open the files in a spreadsheet.
        case escape
    }
}
