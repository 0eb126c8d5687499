internal import Diagnostics
internal import PluginKit
internal import Records
internal import Pipelines

/// What a stage made of a batch: what it filtered, what it rejected, how much went on.
struct Settlement: Sendable {
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
        tally.received = batch.count + rejections.count + tally.filteredCount
    }

    /// What a transform or a sink made of so many records.
    ///
    /// - Parameters:
    ///   - received: How many records it was given.
    ///   - batch: What it left of them, with what it took out.
    ///   - others: How many records went on by other ways.
    ///   - node: The stage's place.
    ///   - stage: The stage.
    init(of received: Int, _ batch: inout Batch, others: Int = 0, at node: Int, _ stage: Plan.Node) {
        self.node = node
        take(&batch)
        tally.received = received
        let explained = batch.count + others + rejections.count + tally.filteredCount
        if explained < received {
            tally.filtered.add(Filtered("by '\(stage.name)'", received - explained))
        } else {
            tally.added = explained - received
        }
        // A sink's records are sent when it says what its destination has.
        if stage.kind != .sink { tally.sent = batch.count + others }
    }

    /// Records that a stage made of its memory, with none coming in.
    init(made batch: inout Batch, at node: Int) {
        self.node = node
        take(&batch)
        tally.sent = batch.count
        tally.added = batch.count + rejections.count + tally.filteredCount
    }

    /// Why records are filtered that no stage reads.
    static let unread = "read by no other stage"

    /// Records that nobody reads.
    package init(unread count: Int, of node: Int, because reason: String = unread) {
        self.node = node
        tally.sent = -count
        tally.filtered = [Filtered(reason, count)]
    }

    /// Records that went into a table.
    init(remembered count: Int, at node: Int) {
        self.node = node
        tally.received = count
        tally.lookedUp = count
    }

    private mutating func take(_ batch: inout Batch) {
        rejections = batch.takeRejections()
        for reason in batch.takeFiltered() { tally.filtered.add(reason) }
        for remark in batch.takeRemarks() { tally.remarks.add(remark) }
        tally.rejected = rejections.count
    }
}
