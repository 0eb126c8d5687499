public import PluginKit

/// The import that the files are for.
public enum ImportContent: String, OptionValue, CaseIterable {
    /// Viewings, dated or not, with ratings.
    case diary
    /// Ratings alone.
    case ratings
    /// Films to see.
    case watchlist
    /// The films of a list, in order, with notes.
    case list
}
