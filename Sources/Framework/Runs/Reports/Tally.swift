public import Records

/// What became of the records of one stage.
///
/// Each record that comes in is kept, looked up in, filtered, rejected or combined; each that goes out is kept or made:
///
///     received + discarded = kept + looked up + filtered + rejected + combined
///     sent                 = kept + made
///
/// Both hold for each stage at the end of a run, or the run says so and publishes nothing.
public struct Tally: Sendable, Hashable {
    /// Records that came in; for a source, that it read.
    public var received = 0
    /// Records that came in and went out.
    public var kept = 0
    /// Records that a transform made out of others, or of what it remembered, and that went out.
    public var made = 0
    /// Records that a transform made and took out again itself.
    public var discarded = 0
    /// Records that went out; for a sink, that its destination has.
    public var sent = 0
    /// Records that went into a table, for others to be looked up in: they are used, and go nowhere.
    public var lookedUp = 0
    /// Records that went into a memory, to come out later or in another form: they have an origin no more.
    public var combined = 0
    /// Records filtered on purpose, by reason.
    public var filtered: [Filtered] = []
    /// Records that could not be used.
    public var rejected = 0

    /// What was remarked about records that were handed on.
    public var remarks: [Remark] = []

    /// How many records were filtered on purpose.
    public var filteredCount: Int { filtered.reduce(0) { $0 + $1.count } }

    /// What happened to the records that came in, and to those that it made and took out again.
    var accountedFor: Int { kept + lookedUp + filteredCount + rejected + combined }

    /// Whether every record is accounted for.
    public var isBalanced: Bool {
        received + discarded == accountedFor && sent == kept + made
            && [kept, made, discarded, combined].allSatisfy { $0 >= 0 } && filtered.allSatisfy { $0.count >= 0 }
    }

    /// Adds what became of more records.
    mutating func add(_ other: Tally) {
        received += other.received
        kept += other.kept
        made += other.made
        discarded += other.discarded
        sent += other.sent
        rejected += other.rejected
        lookedUp += other.lookedUp
        combined += other.combined
        for reason in other.filtered { filtered.add(reason) }
        for remark in other.remarks { remarks.add(remark) }
    }

    /// Notes what a sink's destination has at the end, of the records that it has kept.
    mutating func deliver(_ written: Int, leavingOut reasons: [Filtered]) {
        sent = written
        for reason in reasons {
            filtered.add(reason)
            kept -= reason.count
        }
    }
}
