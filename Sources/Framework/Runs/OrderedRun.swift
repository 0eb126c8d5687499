internal import Diagnostics
internal import PluginKit
internal import Records
internal import StateStore
internal import Pipelines

/// The part of a run that takes pages one after the other: through the stages with a memory, into the queues of the
/// sinks.
///
/// Everything that must happen in order happens here and in the sinks. `book` has the sums of the pages, and `sources`
/// has how far the sources have got; only their own functions change them.
struct OrderedRun {
    let context: RunContext
    /// What has been counted, rejected and reported.
    var book: RunBook
    /// How far the sources have got.
    var sources: SourceProgress
    /// The queues of the sinks, in the order of the plan.
    private(set) var queues: [SinkQueue] = []
    /// Whether memories and sinks are as an earlier attempt left them, so that the run can write.
    private(set) var hasBegun = false
    private var transforms = Transforms()

    init(_ context: RunContext, book: RunBook, sources: SourceProgress) {
        self.context = context
        self.book = book
        self.sources = sources
    }

    // MARK: Beginning

    /// Opens a queue to every sink.
    ///
    /// - Parameter marks: The mark of each sink at the checkpoint, by stage; empty at the start of a run.
    mutating func openQueues(at marks: [String: String]) {
        for (index, node) in context.plan.nodes.enumerated() {
            guard case .sink(let sink) = node.stage else { continue }
            let queue = SinkQueue(sink, at: index, context: context, from: marks[node.name], accepted: 0)
            queues.append(queue)
            context.monitor.writes(
                index,
                limit: context.plan.settings.queue,
                slot: queue.slot,
                waiting: { queue.waiting },
                held: { queue.bytesWaiting },
                // A sink that cannot list its files is missing from the metrics. Elsewhere that error stops the run.
                bytes: { ((try? queue.parts()) ?? []).reduce(0) { $0 + $1.bytes } }
            )
        }
    }

    /// Opens the transforms, with their memories.
    ///
    /// - Parameters:
    ///   - states: The memories at the checkpoint, by `StateName.memory`; nil at the start of a run.
    ///   - folder: The folder for the files of a stage's memory.
    /// - Throws: a diagnostic at the stage that cannot begin.
    mutating func openTransforms(from states: [String: [UInt8]]?, folder: (String) -> SpillFolder) throws {
        transforms = try Transforms(context.plan, states: states, folder: folder)
        context.monitor.note(spills: transforms.spills)
    }

    /// Restores counts and positions from a checkpoint.
    ///
    /// - Throws: `checkpoint.state`, `checkpoint.cursor` if it cannot be read.
    mutating func restore(_ checkpoint: Checkpoint) throws {
        try book.restore(checkpoint)
        try sources.restore(checkpoint)
    }

    /// Has every sink prepare to write, in the order of the plan.
    mutating func beginSinks() async throws {
        for queue in queues { try await queue.begin(attempt: book.report.attempt) }
        hasBegun = true
    }

    // MARK: Pages

    /// How a source is read from its present position; nil if the stage is not a source.
    func reading(of index: Int, workers: Int) -> SourceReading? {
        sources.reading(of: index, transforms: transforms.sideBySide, workers: workers)
    }

    /// Takes a page of a source through the stages with a memory, and hands it to the sinks as soon as their queues
    /// have room.
    mutating func consume(_ work: consuming PageWork, of source: Int) async throws {
        sources.note(work, of: source)
        try await consume(work)
    }

    private mutating func consume(_ work: consuming PageWork) async throws {
        let page = book.open(work)
        var sent: [Int: Int] = [:]
        while case let arrivals = work.takeArrivals(), !arrivals.isEmpty {
            for arrival in arrivals { try await take(arrival, of: page, work: &work, sent: &sent) }
        }
        book.add(page, work: work, sent: sent)
        try book.settle(queues)
        if book.isFull { try await settle() }
        book.showProgress()
    }

    private mutating func take(
        _ arrival: PageWork.Arrival,
        of page: Int,
        work: inout PageWork,
        sent: inout [Int: Int]
    ) async throws {
        let index = arrival.node
        let node = context[index]
        var batch = arrival.batch
        switch node.stage {
        case .transform where arrival.asLookup:
            do {
                try await context.monitor.during(.transforming(index)) {
                    try await transforms.remember(batch, at: index)
                }
            } catch {
                throw Diagnostic.placing(error, at: node.name, origin: batch.origin)
            }
            work.note(StageOutcome(remembered: batch.count, at: index))
            try await noteMemory(of: index)
        case .transform:
            guard let apply = transforms.inOrder(index) else {
                throw Diagnostic.placing(Diagnostic.stageHasEnded, at: node.name, origin: batch.origin)
            }
            batch.reshape(to: node.input)
            let start = context.plan.time.now
            let changed = try await context.monitor.during(.transforming(index)) {
                try await context.change(batch, at: index, isRepeatable: false, apply: apply)
            }
            try await work.leave(changed, of: batch.count, from: index, busy: context.plan.time.now - start)
            try await transforms.noteWants(of: index)
            try await noteMemory(of: index)
        case .sink:
            guard let queue = queues.first(where: { $0.node == index }) else {
                throw Diagnostic.placing(Diagnostic.stageHasEnded, at: node.name, origin: batch.origin)
            }
            sent[index, default: 0] += 1
            let before = context.monitor.enter(.writing(index))
            defer { context.monitor.enter(before) }
            try await queue.send(batch, of: page)
        case .source:
            break
        }
    }

    /// Notes how much memory a transform takes, for monitors.
    private func noteMemory(of index: Int) async throws {
        context.monitor.note(memory: try await transforms.bytesInMemory(of: index), of: index)
    }

    /// Waits until the sinks have written everything, and counts it.
    mutating func settle() async throws {
        try await context.monitor.during(.settling) {
            for queue in queues { try await queue.drained() }
        }
        try book.settle(queues)
    }

    // MARK: Memories

    /// Takes one page out of the first memory that has received all records and is not empty.
    ///
    /// Tables that have received all records are sealed.
    ///
    /// - Returns: Whether there was a page.
    mutating func drainPage() async throws -> Bool {
        var isComplete: [Bool] = []
        for (index, node) in context.plan.nodes.enumerated() {
            switch node.stage {
            case .source:
                isComplete.append(sources.isAtEnd(index))
            case .sink:
                isComplete.append(false)
            case .transform:
                // The plan lists inputs before the stages that read them.
                if let lookup = node.lookup, isComplete[lookup.node] { try await seal(index) }
                let hasAll = ([node.lookup].compactMap { $0 } + node.inputs).allSatisfy { isComplete[$0.node] }
                if hasAll, !transforms.isDone(index), try await drain(index) { return true }
                isComplete.append(hasAll)
            }
        }
        return false
    }

    private mutating func seal(_ index: Int) async throws {
        do {
            try await context.monitor.during(.transforming(index)) { try await transforms.seal(index) }
            try await noteMemory(of: index)
        } catch {
            throw Diagnostic.placing(error, at: context[index].name, origin: nil)
        }
    }

    /// Takes a page of a memory through the stages after it; false if there is no memory.
    private mutating func drain(_ index: Int) async throws -> Bool {
        guard transforms.hasMemory(index) else {
            transforms.finish(index)
            return false
        }
        let node = context[index]
        var outputs = Outputs(node.outputs)
        let start = context.plan.time.now
        let drained: Drained
        do {
            drained = try await context.monitor.during(.transforming(index)) {
                try await transforms.drain(index, into: &outputs)
            }
            try outputs.checkText()
        } catch {
            throw Diagnostic.placing(error, at: node.name, origin: nil)
        }
        var work = PageWork(context, transforms: transforms.sideBySide, isOthers: context.isOthers(madeBy: index))
        try await work.enter(
            made: &outputs,
            from: index,
            numbers: &transforms[numbersOf: index],
            busy: context.plan.time.now - start
        )
        transforms.turnPage(index)
        if case .end = drained { transforms.finish(index) }
        try await noteMemory(of: index)
        try await consume(work)
        if isUnneeded(index) { transforms.finish(index) }
        return true
    }

    // MARK: Records that no stage wants

    /// Whether further records of a stage make no difference: every stage that reads it wants no more.
    func isUnneeded(_ index: Int) -> Bool {
        guard !transforms.satisfied.isEmpty else { return false }
        return context.plan.nodes.enumerated().allSatisfy { reader, node in
            guard node.lookup?.node == index || node.inputs.contains(where: { $0.node == index }) else { return true }
            return transforms.satisfied.contains(reader) || (node.kind == .transform && isUnneeded(reader))
        }
    }

    // MARK: Checkpoints and the end

    /// The content of a checkpoint, taken when the sinks have written everything that they received.
    mutating func snapshot() async throws -> Snapshot {
        try await settle()
        var snapshot = Snapshot()
        for queue in queues { snapshot.marks[context[queue.node].name] = queue.mark }
        snapshot.states = try await context.monitor.during(.storing) { try await transforms.store(context.plan) }
        snapshot.folders = transforms.folders
        sources.store(in: &snapshot)
        snapshot.parts = try parts()
        snapshot.counters = book.counters.encoded
        return snapshot
    }

    /// The files that are being written, and how many of their bytes are valid.
    mutating func parts() throws -> [StagedFile] {
        var parts = try queues.flatMap { try $0.parts() }
        parts += transforms.files
        if let part = try book.rejectPart() { parts.append(part) }
        return parts
    }

    /// Has every sink complete what it wrote, all simultaneously.
    ///
    /// Stopping the run cancels this: after the run is resumed, the sinks complete what they wrote once more.
    ///
    /// - Returns: What each sink has completed, by its number among the nodes.
    /// - Throws: `Stopped`; a diagnostic at the sink that cannot complete what it wrote.
    func finishSinks(_ control: RunControl) async throws -> [Int: Delivery<String>] {
        try await withThrowingTaskGroup(of: (Int, Delivery<String>).self) { group in
            for queue in queues { group.addTask { (queue.node, try await queue.delivery()) } }
            group.addTask {
                await control.stopped()
                throw Stopped()
            }
            var deliveries: [Int: Delivery<String>] = [:]
            while deliveries.count < queues.count, let (node, delivery) = try await group.next() {
                deliveries[node] = delivery
            }
            group.cancelAll()
            return deliveries
        }
    }
}
