public import Records

/// What became of the records of one stage.
///
/// `received + added = sent + looked up + filtered + rejected` holds for each stage at the end of a run, or the run says so and
/// publishes nothing.
public struct Tally: Sendable, Hashable {
    /// Records that came in; for a source, that it read.
    public var received = 0
    /// Records that a transform made out of one, or of what it remembered.
    public var added = 0
    /// Records that went out; for a sink, that its destination has.
    public var sent = 0
    /// Records that went into a table, for others to be looked up in: they are used, and go nowhere.
    public var lookedUp = 0
    /// Records filtered on purpose, by reason.
    public var filtered: [Filtered] = []
    /// Records that could not be used.
    public var rejected = 0

    /// What was remarked about records that were handed on.
    public var remarks: [Remark] = []

    /// How many records were filtered on purpose.
    public var filteredCount: Int { filtered.reduce(0) { $0 + $1.count } }

    /// Whether every record is accounted for.
    public var isBalanced: Bool {
        received + added == sent + lookedUp + filteredCount + rejected && sent >= 0
            && filtered.allSatisfy { $0.count >= 0 }
    }

    /// Adds what became of more records.
    mutating func add(_ other: Tally) {
        received += other.received
        added += other.added
        sent += other.sent
        rejected += other.rejected
        lookedUp += other.lookedUp
        for reason in other.filtered { filtered.add(reason) }
        for remark in other.remarks { remarks.add(remark) }
    }
}
