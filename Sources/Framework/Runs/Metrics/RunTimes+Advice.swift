internal import Pipelines
internal import Diagnostics
internal import PluginKit

extension RunTimes {
    /// Whether the processors were almost fully used.
    private var isBusy: Bool { processor >= 0.85 * total * Double(processors) }

    /// What to try against the bottleneck; nil if the times do not show that any change would help.
    ///
    /// A plugin gives its own advice. The advice here is about the run and its settings.
    ///
    /// - Parameters:
    ///   - candidate: The bottleneck.
    ///   - share: The part of the run's time, from 0 to 1.
    /// - Returns: A change to try, or why none helps.
    func advice(for candidate: Candidate, share: Double) -> String? {
        let stage = stages.first { $0.name == candidate.stage }
        switch candidate.cause {
        case .wait(let wait):
            if wait.delay.kind == .concurrency, let limit { return Self.reached(limit) }
            return wait.adviser(workload(of: stage, wait: wait, share: share))
        case .work(.checkpoints): return checkpointAdvice
        case .work(.finishing) where verifiesContent:
            return "try verify = \"count\" under [run]: files are then read once, not twice"
        case .work(.finishing): return "no setting shortens it: it grows with the files"
        case .work(.asking): return nil
        case .work(let work):
            if work != .engine, let own = stage?.adviser(workload(of: stage, wait: nil, share: share)) { return own }
            return advice(for: work, stage: stage, share: share)
        }
    }

    /// The measurements of a stage, or of what delayed its calls.
    private func workload(of stage: Stage?, wait: Wait?, share: Double) -> Workload {
        // A layer that would store nothing is not proposed, and one layer is enough.
        let mayReuse = stage?.isCacheable == true && !(wait?.hasReuseOutside ?? stage?.hasReuse ?? true)
        return Workload(
            delay: wait?.delay,
            share: share,
            calls: stage?.calls ?? 0,
            records: stage?.records ?? 0,
            worked: Duration(clampingSeconds: stage?.own ?? 0),
            delayed: Duration(clampingSeconds: wait?.seconds ?? stage?.heldBack ?? 0),
            substitute: mayReuse ? remedies[.fewerCalls] : nil
        )
    }

    /// The advice on a service's own limit if the plugin of the stage gives none.
    static func bound(of workload: Workload) -> String {
        let bound = "the service's limit is what bounds the run"
        return workload.substitute.map { "\(bound); only fewer requests help, such as by \($0)" } ?? bound
    }

    /// No higher number of simultaneous calls is proposed, because the capacity of the server is unknown.
    private static let mostProposed = 32
    /// Below this number of records, a page costs more than its records.
    private static let smallBatch = 100
    /// Larger batches are not proposed: from this size, hardly any time is spent per batch.
    private static let proposedBatch = 1000
    /// The number of pages that shows that a source ignores the requested size.
    private static let tellingPages = 3
    /// If a limit delayed calls for a larger share of the run's time, more simultaneous calls would only wait for it.
    private static let leastLimited = 0.02
    /// If a smaller share of the possible pages was in flight, allowing more would not help.
    private static let leastUse = 0.7

    /// The limit that delayed calls the longest, if it did so long enough to show that it is reached; nil otherwise.
    private var limit: Wait? {
        let waits = stages.flatMap(\.waits).filter { $0.delay.kind == .rate }
        guard waits.reduce(0, { $0 + $1.seconds }) >= Self.leastLimited * total else { return nil }
        return waits.max { ($0.seconds, $1.layer ?? "") < ($1.seconds, $0.layer ?? "") }
    }

    private static func reached(_ limit: Wait) -> String {
        "\(limit.delay.subject) is reached; more calls at a time would only wait for it"
    }

    private var checkpointAdvice: String {
        if case .time(let interval) = checkpointEvery, interval >= .seconds(30) {
            return "checkpoints are rare already; only a faster disk for the state and the files shortens it"
        }
        return "try checkpoint_every = \"30s\" under [run]"
    }

    /// A larger `batch_size`, if pages were small because of it.
    private func largerBatch(below size: Int, of sources: [Stage]) -> String? {
        guard batchSize < size else { return nil }
        let areSmall = sources.contains { source in
            source.pages >= Self.tellingPages
                && 0.5...1.5 ~= Double(source.records) / Double(source.pages) / Double(batchSize)
        }
        return areSmall ? "batch_size = \(Self.proposedBatch) under [run]" : nil
    }

    /// More simultaneous pages: the setting that limits them most.
    private func advice(forMoreOf stage: Stage?, share: Double) -> String? {
        if let limit { return Self.reached(limit) }
        let sources = stages.filter { $0.kind == .source }
        let gateways = (stage?.gateways ?? []) + sources.flatMap(\.gateways)
        // As many pages are read as `workers` or the widest layer allows, so no layer is wider than that.
        let narrowest = gateways.min { $0.capacity < $1.capacity }.flatMap { $0.capacity < workers * 2 ? $0 : nil }
        let places = narrowest?.capacity ?? workers
        guard pagesAtATime >= Self.leastUse * Double(places) else { return nil }
        if let narrowest { return narrowest.adviser(workload(of: stage, wait: nil, share: share)) }
        guard workers < Self.mostProposed else {
            let pages = workers.counted("page was", plural: "pages were")
            return remedies[.concurrency].map { "\(pages) read at a time; \($0) finds out whether more help" }
        }
        return "try workers = \(min(Self.mostProposed, workers * 2)) under [run]"
    }

    /// How many pages were read and transformed simultaneously, on average, while the run waited for pages.
    private var pagesAtATime: Double {
        let waited = phases.reduce(0) { sum, phase in
            if case .reading = phase.key { sum + phase.value } else { sum }
        }
        let busy = stages.filter { $0.kind == .source || ($0.kind == .transform && !$0.isOrdered) }
            .reduce(0) { $0 + $1.own + $1.waits.reduce(0) { $0 + $1.seconds } }
        return waited > 0 ? busy / waited : 0
    }

    private func advice(for work: Candidate.Work, stage: Stage?, share: Double) -> String? {
        let isOrdered = stage?.isOrdered == true
        let sources = stages.filter { $0.kind == .source && (stage?.kind != .source || $0.name == stage?.name) }
        switch work {
        case .source, .engine:
            if let larger = largerBatch(below: work == .source ? Self.smallBatch + 1 : Self.proposedBatch, of: sources)
            {
                return "pages have only \(batchSize.counted("record")); try \(larger)"
            }
            if isBusy { return "the processors are busy; fewer columns, or a filter further up, leave less to do" }
            guard work == .source else { return nil }
        case .transform where isBusy && !isOrdered:
            return "the processors are busy; fewer columns, or a filter further up, leave less to do"
        case .transform where isOrdered:
            return "pages go through it one after the other; try to filter before it what it does not need"
        case .transform: return advice(forMoreOf: stage, share: share)
        case .sink:
            return "batches go to it one after the other; it is as fast as the disk or the service that it writes to"
        default: break
        }
        if stage?.namesPages == true { return advice(forMoreOf: stage, share: share) }
        let why = "each of its pages says where the next one is, so they come one after the other"
        guard work == .server, let larger = largerBatch(below: Self.proposedBatch, of: sources) else { return why }
        return "\(why); try \(larger), so that there are fewer"
    }
}
