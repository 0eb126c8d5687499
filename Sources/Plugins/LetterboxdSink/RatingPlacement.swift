public import PluginKit

/// Which viewings of a film carry its rating.
public enum RatingPlacement: String, OptionValue, CaseIterable {
    /// The newest one alone.
    case newest
    /// Each its own.
    case every
}
