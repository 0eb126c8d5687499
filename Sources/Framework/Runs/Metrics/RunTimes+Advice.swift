internal import Pipelines
internal import Diagnostics
internal import PluginKit

extension RunTimes {
    /// Whether the processors had hardly anything left to give.
    private var isBusy: Bool { processor >= 0.85 * total * Double(processors) }

    /// What to try against what held the run up the longest; nil where the times do not show that anything would help.
    ///
    /// The plugin that it was knows best. What is said here is about the run and its own settings.
    ///
    /// - Parameters:
    ///   - candidate: What held the run up.
    ///   - share: The part of the run's time, from 0 to 1.
    /// - Returns: One thing to try, or why nothing is to be.
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

    /// What was measured of a stage, or of what had its calls wait.
    private func workload(of stage: Stage?, wait: Wait?, share: Double) -> Workload {
        // A layer that would have nothing to keep is not proposed, and one is enough.
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

    /// What is said of a service's own limit where the plugin of the stage knows nothing better.
    static func bound(of workload: Workload) -> String {
        let bound = "the service's limit is what bounds the run"
        return workload.substitute.map { "\(bound); only fewer requests help, such as by \($0)" } ?? bound
    }

    /// More calls at a time are not proposed as a number: what a server takes has to be found out.
    private static let mostProposed = 32
    /// Pages of fewer records cost more for themselves than for what is in them.
    private static let smallBatch = 100
    /// Larger batches are not proposed: by then hardly anything of the time is spent for each of them.
    private static let proposedBatch = 1000
    /// A source whose pages are of another size makes them as it likes; so many of them show that.
    private static let tellingPages = 3
    /// If a limit had calls wait for a larger part of the run's time, more calls at a time would wait as well.
    private static let leastLimited = 0.02
    /// If a smaller part of the places was used, more of them would stay empty.
    private static let leastUse = 0.7

    /// The limit that calls waited for the longest, if they did long enough to show that it is reached; nil otherwise.
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

    /// A larger `batch_size`, where pages were measured to be small because of it.
    private func largerBatch(below size: Int, of sources: [Stage]) -> String? {
        guard batchSize < size else { return nil }
        let areSmall = sources.contains { source in
            source.pages >= Self.tellingPages
                && 0.5...1.5 ~= Double(source.records) / Double(source.pages) / Double(batchSize)
        }
        return areSmall ? "batch_size = \(Self.proposedBatch) under [run]" : nil
    }

    /// More pages at a time: the narrowest place that they go through, whatever that is.
    private func advice(forMoreOf stage: Stage?, share: Double) -> String? {
        if let limit { return Self.reached(limit) }
        let sources = stages.filter { $0.kind == .source }
        let gateways = (stage?.gateways ?? []) + sources.flatMap(\.gateways)
        // As many pages are read as `workers` or the widest layer says, so a layer is never wider than that.
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

    /// How many pages were read and changed at a time, on average, while pages were waited for.
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
