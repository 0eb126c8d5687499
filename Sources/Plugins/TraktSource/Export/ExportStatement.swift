/// The number of records that a file of the export states.
struct ExportStatement: Sendable, Hashable {
    /// The subject of the count; nil for all subjects together.
    let subject: ExportPage.Subject?
    /// The stated number.
    let count: Int
    /// The file, for messages.
    let origin: String
    /// Whether any difference proves that records are missing.
    ///
    /// Numbers that Trakt stores separately (`user-stats.json`, `item_count`, `total_count`) may be older than the
    /// records, or count hidden ones.
    let isProof: Bool

    /// Whether the number may merely be outdated: at most 1 % of the records are missing.
    func mayLag(_ found: Int) -> Bool { !isProof && count > found && count - found <= count / 100 }
}
