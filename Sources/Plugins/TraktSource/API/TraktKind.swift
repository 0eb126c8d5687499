internal import PluginKit

/// What kinds of titles are read.
package enum TraktKind: String, CaseIterable, OptionValue {
    case movies
    case shows
    case seasons
    case episodes
    case all

    /// What a record of one kind calls its `type`; nil for all.
    var type: String? { self == .all ? nil : String(rawValue.dropLast()) }
}
