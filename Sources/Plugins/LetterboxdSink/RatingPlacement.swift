public import PluginKit

/// Which viewings of a film have its rating.
public enum RatingPlacement: String, OptionValue, CaseIterable {
    /// Only the latest one.
    case newest
    /// Each viewing has its own.
    case every
}
