internal import Formats
internal import PluginKit

/// The options, checked and converted.
struct Settings: Sendable {
    let content: ImportContent
    /// The zone of all records; nil if each record names its own.
    let zone: TimeZoneRules?
    /// Whether the zone is the machine's, because the options name no other.
    let isLocalZone: Bool
    /// The zones that records name.
    let accountZones: AccountZones
    let ratings: RatingPlacement
    let undatedFirst: Bool
    let titles: Bool
    let quotes: QuoteStyle
    /// Whether texts that begin like a formula get an apostrophe.
    let escapesFormulas: Bool
    let maxBytes: Int
    let maxRows: Int
    /// The tags of every dated row.
    let tags: TagList
}
