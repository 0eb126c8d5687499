internal import Pipelines
internal import Diagnostics
internal import PluginKit

extension RunTimes {
    /// Whether the processors had hardly anything left to give.
    private var isBusy: Bool { processor >= 0.85 * total * Double(processors) }

    /// What to try against what held the run up the longest; nil where the times do not show that anything would help.
    func advice(for candidate: Candidate) -> String? {
        let stage = stages.first { $0.name == candidate.stage }
        let wait = stage?.waits.first { $0.layer == candidate.layer && $0.cause == candidate.cause }
        let layer = "[middleware.\(candidate.layer ?? "")]"
        // A cache that would have nothing to keep is not proposed, and one is enough.
        let mayKeep = stage?.isCacheable == true && wait?.hasCacheOutside == false
        switch candidate.cause {
        case .limiter where wait?.wasTurnedAway == true:
            let bound = "the server asked for pauses as well, so its own limit is what bounds the run"
            return mayKeep ? "\(bound); only fewer requests help, such as by a cache outside of \(layer)" : bound
        case .limiter:
            let faster = "a higher 'requests' in \(layer) if the service allows it"
            return mayKeep ? "try a cache outside of it, or \(faster)" : "try \(faster)"
        case .limit, .pause:
            let bound = "the service's limit is what bounds the run"
            return mayKeep ? "\(bound); only fewer requests help, such as by a cache" : bound
        case .retry: return "calls failed and were made again; the note 'retry.repeats' in the findings says why"
        case .breaker: return "the server was down; 'pause' in \(layer) says how long it is left alone"
        case .pool:
            if let limit { return Self.bound(by: limit) }
            return stage?.pools.first { $0.layer == candidate.layer }.map(Self.advice(to:))
        case .checkpoints: return checkpointAdvice
        case .finishing where verifiesContent:
            return "try verify = \"count\" under [run]: files are then read once, not twice"
        case .finishing: return "no setting shortens it: it grows with the files"
        case .asking: return nil
        case .server, .source, .transform, .sink, .engine: return advice(for: candidate.cause, stage)
        }
    }

    /// The most places that a pool may have; its option says so.
    private static let mostPlaces = 10_000
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
        let waits = stages.flatMap(\.waits).filter { $0.cause.isLimit }
        guard waits.reduce(0, { $0 + $1.seconds }) >= Self.leastLimited * total else { return nil }
        return waits.max { ($0.seconds, $1.layer) < ($1.seconds, $0.layer) }
    }

    private static func bound(by limit: Wait) -> String {
        let name =
            switch limit.cause {
            case .limiter: "the request limit '\(limit.layer)'"
            case .limit: limit.layer
            default: "the server's own limit"
            }
        return "\(name) is reached; more calls at a time would only wait for it"
    }

    private static func advice(to pool: Pool) -> String {
        let layer = "[middleware.\(pool.layer)]"
        guard let most = pool.most else {
            guard pool.places < mostProposed else {
                let finding = "which finds out how many calls at a time the server takes"
                return "try workers = \"adaptive\" in \(layer), \(finding)"
            }
            return "try workers = \(min(mostProposed, pool.places * 2)) in \(layer), or workers = \"adaptive\""
        }
        guard pool.places >= most, most < mostPlaces else {
            return "the pool \(layer) has found that the server takes no more calls at a time; only fewer calls help"
        }
        return "try max_workers = \(min(mostPlaces, most * 2)) in \(layer)"
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
    private func advice(forMoreOf stage: Stage?) -> String? {
        if let limit { return Self.bound(by: limit) }
        let sources = stages.filter { $0.kind == .source }
        let pools = (stage?.pools ?? []) + sources.flatMap(\.pools)
        // As many pages are read as `workers` or the widest pool says, so a pool is never wider than that.
        let narrowest = pools.min { $0.places < $1.places }.flatMap { $0.places < workers * 2 ? $0 : nil }
        let places = narrowest?.places ?? workers
        guard pagesAtATime >= Self.leastUse * Double(places) else { return nil }
        if let narrowest { return Self.advice(to: narrowest) }
        guard workers < Self.mostProposed else {
            let pages = workers.counted("page was", "pages were")
            return "\(pages) read at a time; a pool with workers = \"adaptive\" finds out whether more help"
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

    private func advice(for cause: Verdict.Cause, _ stage: Stage?) -> String? {
        let isOrdered = stage?.isOrdered == true
        let sources = stages.filter { $0.kind == .source && (stage?.kind != .source || $0.name == stage?.name) }
        switch cause {
        case .source, .engine:
            if let larger = largerBatch(below: cause == .source ? Self.smallBatch + 1 : Self.proposedBatch, of: sources)
            {
                return "pages have only \(batchSize.counted("record")); try \(larger)"
            }
            if isBusy { return "the processors are busy; fewer columns, or a filter further up, leave less to do" }
            guard cause == .source else { return nil }
        case .transform where isBusy && !isOrdered:
            return "the processors are busy; fewer columns, or a filter further up, leave less to do"
        case .transform where isOrdered:
            return "pages go through it one after the other; try to filter before it what it does not need"
        case .transform: return advice(forMoreOf: stage)
        case .sink:
            return "batches go to it one after the other; it is as fast as the disk or the service that it writes to"
        default: break
        }
        if stage?.namesPages == true { return advice(forMoreOf: stage) }
        let why = "each of its pages says where the next one is, so they come one after the other"
        guard cause == .server, let larger = largerBatch(below: Self.proposedBatch, of: sources) else { return why }
        return "\(why); try \(larger), so that there are fewer"
    }
}
