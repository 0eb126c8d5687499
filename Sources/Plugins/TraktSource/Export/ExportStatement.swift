/// How many records there should be, as a file of the export states it.
struct ExportStatement: Sendable, Hashable {
    /// What is counted; nil for all kinds of it together.
    let subject: ExportPage.Subject?
    /// How many there should be.
    let count: Int
    /// The file, for people.
    let origin: String
    /// Whether any difference proves that records are missing.
    ///
    /// Numbers that Trakt keeps by themselves (`user-stats.json`, `item_count`, `total_count`) may be older than the
    /// records, or count what it does not show.
    let isProof: Bool

    /// Whether so few records are missing that the number may lag: at most 1 %.
    func mayLag(_ found: Int) -> Bool { !isProof && count > found && count - found <= count / 100 }
}
