public import Records

/// The counts of the records of one stage.
///
/// Each record that comes in is kept, looked up in, filtered, rejected or combined; each that goes out is kept or made:
///
///     received + discarded = kept + looked up + filtered + rejected + combined
///     sent                 = kept + made
///
/// Both hold for each stage at the end of a run, or the run reports an error and publishes nothing.
public struct Tally: Sendable, Hashable {
    /// Records that came in; for a source, that it read.
    public var received = 0
    /// Records that came in and went out.
    public var kept = 0
    /// Records that a transform made from others or from its memory, and that went out.
    public var made = 0
    /// Records that a transform made and then removed itself.
    public var discarded = 0
    /// Records that went out; for a sink, that its destination has.
    public var sent = 0
    /// Records that went into a table, where other records are looked up.
    ///
    /// They are not passed on.
    public var lookedUp = 0
    /// Records that went into a memory, to come out later or in another form.
    ///
    /// They lose their origin.
    public var combined = 0
    /// Records filtered on purpose, by reason.
    public var filtered: [Filtered] = []
    /// Records that could not be used.
    public var rejected = 0

    /// Remarks about records that were passed on.
    public var remarks: [Remark] = []

    /// How many records were filtered on purpose.
    public var filteredCount: Int { filtered.reduce(0) { $0 + $1.count } }

    /// How many of the records that came in, or were made and removed, are accounted for.
    var accountedFor: Int { kept + lookedUp + filteredCount + rejected + combined }

    /// Whether every record is accounted for.
    public var isBalanced: Bool {
        received + discarded == accountedFor && sent == kept + made
            && [kept, made, discarded, combined].allSatisfy { $0 >= 0 } && filtered.allSatisfy { $0.count >= 0 }
    }

    /// Adds the counts of further records.
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

    /// Sets how many of the accepted records the destination of a sink has at the end.
    mutating func deliver(_ written: Int, leavingOut reasons: [Filtered]) {
        sent = written
        for reason in reasons {
            filtered.add(reason)
            kept -= reason.count
        }
    }
}
