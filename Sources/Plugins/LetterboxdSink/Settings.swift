internal import Formats
internal import PluginKit

/// The options, checked and made ready for use.
struct Settings: Sendable {
    let content: Letterboxd.Content
    /// The zone of all records; nil if each names its own.
    let zone: TimeZoneRules?
    /// Whether the zone is the machine's, because nobody named one.
    let isLocalZone: Bool
    /// The zones that records name.
    let accountZones: AccountZones
    let ratings: Letterboxd.RatingPlacement
    let undatedFirst: Bool
    let titles: Bool
    let quotes: Letterboxd.QuoteStyle
    /// Whether an apostrophe stands before a text that begins like a formula.
    let escapesFormulas: Bool
    let maxBytes: Int
    let maxRows: Int
    /// The tags of every dated row.
    let tags: TagList

    /// Checks the options.
    ///
    /// - Throws: `zone.unknown`, `environment.time-zones` and `option.range`, each where the option was written.
    init(_ options: Letterboxd.Options, in context: StageContext) throws(DiagnosticList) {
        var problems = DiagnosticList()
        var zone: TimeZoneRules?
        // With `account` this machine's zone is needed only where a record names none.
        if options.timeZone != "account" {
            do throws(Diagnostic) {
                zone = try context.timeZone(options.timeZone, at: options.$timeZone)
            } catch {
                // Without days a zone that this machine lacks does no harm; a wrong name is wrong all the same.
                if options.content == .diary || error.category == .usage { problems.append(error) }
            }
        }
        if let rows = options.maxRows, rows < 1 {
            problems.append(
                Diagnostic(
                    "option.range",
                    "\(rows) is out of range",
                    category: .usage,
                    at: options.$maxRows,
                    hint: "allowed: 1 and more"
                )
            )
        }
        tags = TagList(options.tags)
        if tags.bytes.count > options.maxBytes / 4 {
            problems.append(
                Diagnostic(
                    "option.range",
                    "the tags need \(tags.bytes.count.counted("byte")) in every row, of \(options.maxBytes) in a file",
                    category: .usage,
                    at: options.$tags,
                    hint: "fewer or shorter tags, or a larger 'max_bytes'"
                )
            )
        }
        content = options.content
        self.zone = zone
        isLocalZone = options.timeZone == "local"
        accountZones = AccountZones(in: context)
        ratings = options.rating
        undatedFirst = options.undatedFirst
        titles = options.titles
        quotes = options.quotes
        escapesFormulas = options.formulas == .escape
        maxBytes = options.maxBytes
        maxRows = options.maxRows ?? .max
        try problems.throwIfErrors()
    }

    /// The most bytes that a row of the spool may have, so that what becomes of it fits into a file with the header.
    var longestRow: Int { maxBytes - CSVHeader.longest - tags.bytes.count - 64 }
}
