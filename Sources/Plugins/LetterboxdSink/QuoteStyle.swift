public import PluginKit

/// How a quote inside a title is written.
public enum QuoteStyle: String, OptionValue, CaseIterable {
    /// Doubled, as in RFC 4180 and Letterboxd's own export.
    case doubled
    /// After a backslash, as Letterboxd's help page describes it.
    case backslash
    /// As “typographic” quotes, which need no escape.
    case typographic
}
