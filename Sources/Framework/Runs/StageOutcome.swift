internal import Diagnostics
internal import PluginKit
internal import Records
internal import Pipelines

/// What a stage made of a batch: what it kept, filtered, rejected, combined and made.
struct StageOutcome: Sendable {
    /// The stage, by its place among the nodes.
    let node: Int
    private(set) var tally = Tally()
    private(set) var rejections: [Rejection] = []
    /// How long the stage worked on it.
    var busy: Duration = .zero
    /// How much text a source read.
    var bytes = 0

    /// What a source read.
    init(read batch: inout Batch, at node: Int) {
        self.node = node
        take(&batch)
        tally.sent = batch.count
        tally.kept = batch.count
        tally.received = batch.count + rejections.count + tally.filteredCount
    }

    /// What a transform or a sink made of records.
    ///
    /// - Parameters:
    ///   - received: How many records it was given.
    ///   - batches: What it left of them and what it made, with what it took out.
    ///   - node: The stage's place.
    ///   - stage: The stage.
    init(of received: Int, batches: inout [Batch], at node: Int, stage: Plan.Node) {
        self.node = node
        for index in batches.indices { take(&batches[index]) }
        let count = batches.reduce(0) { $0 + $1.count }
        let rest = received - rejections.count - tally.filteredCount - tally.combined
        if rest > count { tally.filtered.add(Filtered(stage.filter, count: rest - count)) }
        tally.received = received
        tally.kept = max(0, min(rest, count))
        // More was taken out than came in: records that the stage had made.
        tally.discarded = max(0, -rest)
        tally.made = count - tally.kept
        // A sink's records are sent when it says what its destination has.
        if stage.kind != .sink { tally.sent = count }
    }

    /// Records that a stage made of its memory, with none coming in.
    init(made batches: inout [Batch], at node: Int) {
        self.node = node
        for index in batches.indices { take(&batches[index]) }
        tally.made = batches.reduce(0) { $0 + $1.count }
        tally.sent = tally.made
        tally.discarded = rejections.count + tally.filteredCount + tally.combined
    }

    /// Records that went into a table.
    init(remembered count: Int, at node: Int) {
        self.node = node
        tally.received = count
        tally.lookedUp = count
    }

    /// Why records are filtered that no stage reads.
    static let unread = "read by no other stage"

    /// Takes back that records went on: no stage reads them.
    mutating func leaveOut(_ count: Int, because reason: String = unread) {
        let kept = min(count, tally.kept)
        tally.sent -= count
        tally.kept -= kept
        tally.made -= count - kept
        tally.discarded += count - kept
        tally.filtered.add(Filtered(reason, count: count))
    }

    private mutating func take(_ batch: inout Batch) {
        rejections += batch.takeRejections()
        for reason in batch.takeFiltered() { tally.filtered.add(reason) }
        for remark in batch.takeRemarks() { tally.remarks.add(remark) }
        tally.combined += batch.takeCombined()
        tally.rejected = rejections.count
    }
}
