internal import Diagnostics
internal import PluginKit
internal import Records
internal import Pipelines

/// The outcome of a batch in a stage: how many records it kept, filtered, rejected, combined and made.
struct StageOutcome: Sendable {
    /// The stage, by the number of the node.
    let node: Int
    private(set) var tally = Tally()
    private(set) var rejections: [Rejection] = []
    /// How long the stage worked on it.
    var busy: Duration = .zero
    /// How much text a source read.
    var bytes = 0

    /// The outcome of a page in a source.
    init(read batch: inout Batch, at node: Int) {
        self.node = node
        take(&batch)
        tally.sent = batch.count
        tally.kept = batch.count
        tally.received = batch.count + rejections.count + tally.filteredCount
    }

    /// The outcome of records in a transform or a sink.
    ///
    /// - Parameters:
    ///   - received: How many records it received.
    ///   - batches: The records that it kept or made, with those that it took out.
    ///   - node: The number of the stage's node.
    ///   - stage: The stage.
    init(of received: Int, batches: inout [Batch], at node: Int, stage: Plan.Node) {
        self.node = node
        for index in batches.indices { take(&batches[index]) }
        let count = batches.reduce(0) { $0 + $1.count }
        let rest = received - rejections.count - tally.filteredCount - tally.combined
        if rest > count { tally.filtered.add(Filtered(stage.filter, count: rest - count)) }
        tally.received = received
        tally.kept = max(0, min(rest, count))
        // The stage took out more records than it received: the excess are records that it had made.
        tally.discarded = max(0, -rest)
        tally.made = count - tally.kept
        // The records of a sink are counted as sent when it reports what its destination has.
        if stage.kind != .sink { tally.sent = count }
    }

    /// The outcome of records that a stage made from its memory, without input.
    init(made batches: inout [Batch], at node: Int) {
        self.node = node
        for index in batches.indices { take(&batches[index]) }
        tally.made = batches.reduce(0) { $0 + $1.count }
        tally.sent = tally.made
        tally.discarded = rejections.count + tally.filteredCount + tally.combined
    }

    /// The outcome of records that went into a table.
    init(remembered count: Int, at node: Int) {
        self.node = node
        tally.received = count
        tally.lookedUp = count
    }

    /// The reason for filtering records that no stage reads.
    static let unread = "read by no other stage"

    /// Counts records as filtered after all, because no stage reads them.
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
