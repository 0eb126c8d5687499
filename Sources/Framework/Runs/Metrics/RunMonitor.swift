internal import PluginKit

/// Collects the metrics of a run while it works, for exporters, the progress line and the bottleneck.
///
/// The run reports pages and calls here, never single records.
final class RunMonitor: Sendable {
    /// The outcomes of the records of a stage in this process.
    struct Counts: Sendable {
        var read = 0
        var written = 0
        var kept = 0
        var made = 0
        var lookedUp = 0
        var combined = 0
        var filtered = 0
        var rejected = 0
        var bytesRead = 0
        /// How long its calls took, including the delays caused by layers.
        var busy = Duration.zero
    }

    /// A source that is being read.
    private struct Reading {
        let node: Int
        let limit: Int
        let inFlight: @Sendable () -> Int
        let slots: @Sendable () -> [(number: Int, slot: WorkSlot)]
    }

    /// A sink that is being written to.
    private struct Writing {
        let node: Int
        let limit: Int
        let waiting: @Sendable () -> Int
        let held: @Sendable () -> Int
        let slot: WorkSlot
        let bytes: @Sendable () -> Int
        var bytesBefore = 0
    }

    /// The queue of a sink.
    struct Queue {
        let node: Int
        let limit: Int
        /// How many batches wait in it.
        let waiting: Int
        /// Their memory in bytes.
        let bytes: Int
        /// The batch that is being written.
        let slot: WorkSlot
    }

    private struct State {
        var counts: [Counts]
        var phase = RunPhase.working
        var since: Duration
        var spent: [RunPhase: Duration] = [:]
        var reading: Reading?
        var writing: [Writing] = []
        var bytesWritten: [Int: Int] = [:]
        var checkpoints = 0
        /// The memory of transforms in bytes, by the number of the node.
        var memories: [Int: Int] = [:]
        var spills: [Int: SpillFolder] = [:]
        var outcome: RunReport?
        var end: Duration?
        var listing: Set<Int> = []
        var progress: RunProgress?
        var place: (node: Int, cursor: @Sendable () -> String?)?
        var lastLook: Int64 = 0
    }

    let start: Duration
    /// When the run began, in nanoseconds since 1970-01-01T00:00:00Z.
    let startedAt: Int64
    let time: any TimeSource
    /// What the process had used before this run: it may have run other pipelines.
    let processAtStart: ProcessResources
    /// The meter of each stage, by the number of the node.
    let meters: [CallMeter]
    private let state: Locked<State>

    init(stages: Int, time: any TimeSource, clock: WallClock) {
        self.time = time
        start = time.now
        startedAt = clock.nanoseconds
        processAtStart = .now
        meters = (0..<stages).map { _ in CallMeter() }
        state = Locked(State(counts: Array(repeating: Counts(), count: stages), since: start))
    }

    // MARK: Reported by the run

    /// Enters a phase.
    ///
    /// - Returns: The previous phase, so that it can be entered again.
    @discardableResult
    func enter(_ phase: RunPhase) -> RunPhase {
        let now = time.now
        return state.withLock { state in
            state.spent[state.phase, default: .zero] += now - state.since
            state.since = now
            defer { state.phase = phase }
            return state.phase
        }
    }

    /// Executes `body` in a phase.
    func during<Output>(_ phase: RunPhase, body: () async throws -> Output) async rethrows -> Output {
        let before = enter(phase)
        defer { enter(before) }
        return try await body()
    }

    /// Counts the outcomes of the records of a page.
    func book(_ outcomes: [StageOutcome]) {
        state.withLock { state in
            for outcome in outcomes {
                let tally = outcome.tally
                let filtered = tally.filteredCount
                state.counts[outcome.node].read += tally.received
                state.counts[outcome.node].kept += tally.kept
                state.counts[outcome.node].made += tally.made + tally.discarded
                state.counts[outcome.node].filtered += filtered
                state.counts[outcome.node].rejected += tally.rejected
                state.counts[outcome.node].lookedUp += tally.lookedUp
                state.counts[outcome.node].combined += tally.combined
                // Of a sink this is what it accepted; what its destination has is reported at the end.
                state.counts[outcome.node].written += tally.kept + tally.made
                state.counts[outcome.node].bytesRead += outcome.bytes
                state.counts[outcome.node].busy += outcome.busy
            }
        }
    }

    /// Counts the records that a sink filtered at the end.
    func book(filtered count: Int, by node: Int) {
        state.withLock { state in
            state.counts[node].filtered += count
            state.counts[node].kept -= count
        }
    }

    /// Notes which source is being read.
    ///
    /// - Parameters:
    ///   - node: The number of the source's node.
    ///   - limit: How many pages may be in flight.
    ///   - inFlight: Returns how many are.
    ///   - slots: Returns what happens to each of them, the oldest first.
    func reads(
        _ node: Int,
        limit: Int,
        inFlight: @escaping @Sendable () -> Int,
        slots: @escaping @Sendable () -> [(number: Int, slot: WorkSlot)]
    ) {
        let reading = Reading(node: node, limit: limit, inFlight: inFlight, slots: slots)
        state.withLock { $0.reading = reading }
    }

    /// Notes that no source is being read.
    func readsNothing() { state.withLock { $0.reading = nil } }

    /// Notes that a source names its pages in advance.
    func lists(_ node: Int) { state.withLock { _ = $0.listing.insert(node) } }

    /// Notes the queue of a sink.
    ///
    /// - Parameters:
    ///   - node: The number of the sink's node.
    ///   - limit: The capacity of its queue, in batches.
    ///   - slot: What the sink is doing.
    ///   - waiting: Returns how many batches wait in it.
    ///   - held: Returns their memory, in bytes.
    ///   - bytes: Returns the size of the sink's files, in bytes.
    func writes(
        _ node: Int,
        limit: Int,
        slot: WorkSlot,
        waiting: @escaping @Sendable () -> Int,
        held: @escaping @Sendable () -> Int,
        bytes: @escaping @Sendable () -> Int
    ) {
        let writing = Writing(
            node: node,
            limit: limit,
            waiting: waiting,
            held: held,
            slot: slot,
            bytes: bytes,
            bytesBefore: bytes()
        )
        state.withLock { $0.writing.append(writing) }
    }

    /// Notes how much memory a transform takes, in bytes; nil if that is not known.
    func note(memory bytes: Int?, of node: Int) { state.withLock { $0.memories[node] = bytes } }

    /// Notes the folders of the temporary files of transforms, by the numbers of their nodes.
    func note(spills folders: [Int: SpillFolder]) { state.withLock { $0.spills = folders } }

    /// Notes what is read, or nothing.
    ///
    /// - Parameters:
    ///   - node: The number of the source's node.
    ///   - cursor: Returns where the first page begins that has not passed; nil if there is none.
    func note(readingOf node: Int, cursor: (@Sendable () -> String?)?) {
        state.withLock { $0.place = cursor.map { (node, $0) } }
    }

    /// Notes how many checkpoints were stored.
    func note(checkpoints: Int) { state.withLock { $0.checkpoints = checkpoints } }

    /// Notes how far the run is.
    func note(_ progress: RunProgress) { state.withLock { $0.progress = progress } }

    /// Notes how the run ended.
    ///
    /// Nothing changes after that.
    func end(_ report: RunReport) {
        enter(.working)
        noteBytes()
        let end = time.now
        state.withLock { state in
            state.outcome = report
            state.end = end
            // These closures hold the run, which holds this object.
            state.reading = nil
            state.writing = []
            state.progress = nil
            state.memories = [:]
            state.spills = [:]
        }
    }

    /// Corrects the report after the end: the state could not record how the run ended.
    func correct(_ report: RunReport) { state.withLock { $0.outcome = report } }

    // MARK: For exporters and reports

    /// The source that is read, and the cursor of its first page that has not passed; nil if there is none.
    var place: (node: Int, cursor: String)? {
        guard let place = state.withLock({ $0.place }), let cursor = place.cursor() else { return nil }
        return (place.node, cursor)
    }

    /// How far the run is.
    var progress: RunProgress? { state.withLock { $0.progress } }
    /// The outcomes of the records of each stage.
    var counts: [Counts] { state.withLock { $0.counts } }
    /// How many checkpoints were stored.
    var checkpoints: Int { state.withLock { $0.checkpoints } }
    /// How the run ended; nil while it works.
    var outcome: RunReport? { state.withLock { $0.outcome } }
    /// Which sources name their pages in advance.
    var listing: Set<Int> { state.withLock { $0.listing } }

    /// The resources that the run has used.
    var process: ProcessResources { ProcessResources.now.since(processAtStart) }

    /// How long the run has taken.
    var duration: Duration {
        let now = time.now
        return (state.withLock { $0.end } ?? now) - start
    }

    /// What the time was spent on.
    var phases: [RunPhase: Duration] {
        let now = time.now
        return state.withLock { state in
            var spent = state.spent
            if state.end == nil { spent[state.phase, default: .zero] += now - state.since }
            return spent
        }
    }

    /// How many pages of a source are in flight, and the maximum.
    var pages: (node: Int, inFlight: Int, limit: Int)? {
        let reading = state.withLock { $0.reading }
        return reading.map { ($0.node, $0.inFlight(), $0.limit) }
    }

    /// How many batches wait in the queue of each sink, and the maximum.
    var queues: [(node: Int, waiting: Int, limit: Int)] {
        state.withLock { $0.writing }.map { ($0.node, $0.waiting(), $0.limit) }
    }

    /// What the main task is doing, and since when.
    var present: (phase: RunPhase, since: Duration) { state.withLock { ($0.phase, $0.since) } }

    /// The pages in flight, the oldest first, with the number of the source's node.
    var slots: [(source: Int, number: Int, slot: WorkSlot)] {
        guard let reading = state.withLock({ $0.reading }) else { return [] }
        return reading.slots().map { (reading.node, $0.number, $0.slot) }
    }

    /// The queues of the sinks, and what is in them.
    var sinks: [Queue] {
        state.withLock { $0.writing }.map {
            Queue(node: $0.node, limit: $0.limit, waiting: $0.waiting(), bytes: $0.held(), slot: $0.slot)
        }
    }

    /// The memory of transforms in bytes, by the numbers of their nodes.
    var memories: [Int: Int] { state.withLock { $0.memories } }

    /// The folders of the temporary files of transforms, by the numbers of their nodes.
    var spills: [Int: SpillFolder] { state.withLock { $0.spills } }

    /// How many bytes the files of each sink have grown by.
    var bytesWritten: [Int: Int] {
        noteBytes()
        return state.withLock { $0.bytesWritten }
    }

    private func noteBytes() {
        // Sinks are called outside the lock, because they may take locks of their own.
        for writing in state.withLock({ $0.writing }) {
            let grown = writing.bytes() - writing.bytesBefore
            state.withLock { $0.bytesWritten[writing.node] = max($0.bytesWritten[writing.node] ?? 0, grown) }
        }
    }

    /// The present time, in nanoseconds since 1970-01-01T00:00:00Z; it never goes backwards.
    var moment: Int64 {
        let moment = startedAt + (time.now - start).nanoseconds
        return state.withLock { state in
            state.lastLook = max(state.lastLook, moment)
            return state.lastLook
        }
    }
}
