internal import PluginKit

/// What happened to the accepted rows.
struct Tally {
    /// Rows in the files.
    var written = 0
    private(set) var filtered: [Filtered] = []
    /// Tags and reviews that did not fit into their row.
    var lostTexts = 0

    mutating func noteFiltered(_ count: Int, because reason: String) {
        if count > 0 { filtered.add(Filtered(reason, count: count)) }
    }
}
