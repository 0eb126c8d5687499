public import PluginKit

/// How a quote inside a title is written.
public enum QuoteStyle: String, OptionValue, CaseIterable {
    /// Twice, as RFC 4180 and Letterboxd's own export have it.
    case doubled
    /// Behind a backslash, as Letterboxd's help page has it.
    case backslash
    /// As “these” quotes, so that there is nothing to protect.
    case typographic
}
