internal import PluginKit

/// The kinds of titles to read.
package enum TraktKind: String, CaseIterable, OptionValue {
    case movies
    case shows
    case seasons
    case episodes
    case all

    /// The `type` of a record of this kind; nil for all.
    var type: String? { self == .all ? nil : String(rawValue.dropLast()) }
}
