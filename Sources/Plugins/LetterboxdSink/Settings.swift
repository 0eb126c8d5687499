internal import Formats
internal import PluginKit

/// The options, checked and made ready for use.
struct Settings: Sendable {
    let content: ImportContent
    /// The zone of all records; nil if each names its own.
    let zone: TimeZoneRules?
    /// Whether the zone is the machine's, because nobody named one.
    let isLocalZone: Bool
    /// The zones that records name.
    let accountZones: AccountZones
    let ratings: RatingPlacement
    let undatedFirst: Bool
    let titles: Bool
    let quotes: QuoteStyle
    /// Whether an apostrophe stands before a text that begins like a formula.
    let escapesFormulas: Bool
    let maxBytes: Int
    let maxRows: Int
    /// The tags of every dated row.
    let tags: TagList
}
