internal import PluginKit

/// What held a run up, and one thing to try.
///
/// The run itself always does one thing at a time: it waits for a page, for a sink, for a checkpoint, or works. What it
/// waited for the longest is looked into: into the stage's own work, a server, or a layer that had its calls wait.
public struct Verdict: Sendable, Hashable {
    /// What held it up.
    public enum Cause: String, Sendable, CaseIterable {
        /// A source's own work on its pages.
        case source
        /// A transform's.
        case transform
        /// A sink's own work on its batches.
        case sink
        /// Answers of a server.
        case server
        /// A limiter that had calls wait.
        case limiter
        /// Pauses before calls were made again.
        case retry
        /// A breaker that was open.
        case breaker
        /// A pool without a free place.
        case pool
        /// Checkpoints that were being stored.
        case checkpoints
        /// Sinks that completed their files, and files that were looked at before they got their names.
        case finishing
        /// The run itself: counting, and handing pages on.
        case engine

        /// The cause that a layer's family of waiting times speaks of; nil if it is none.
        init?(waitingFor definition: MetricDefinition) {
            switch definition {
            case .limiterWait: self = .limiter
            case .retryWait: self = .retry
            case .breakerWait: self = .breaker
            case .poolWait: self = .pool
            default: return nil
            }
        }
    }

    /// What held it up.
    public let cause: Cause
    /// The stage that it was about; nil if about none.
    public let stage: String?
    /// What the pipeline calls the layer; nil if it was none.
    public let layer: String?
    /// The part of the run's time, from 0 to 1.
    public let share: Double
    /// It in words: `the limiter 'quota' held back 'plays' 83 % of the time`.
    public let words: String
    /// One thing to try: a setting, where one helps.
    public let advice: String

    /// The verdict on a run; nil if it took no time.
    init?(_ times: RunTimes) {
        guard times.total > 0 else { return nil }
        let candidates = times.candidates
        // Equal ones are told apart by their names, so that the same times have the same verdict.
        guard let first = candidates.max(by: { ($0.seconds, $1.key) < ($1.seconds, $0.key) }), first.seconds > 0 else {
            return nil
        }
        cause = first.cause
        stage = first.stage
        layer = first.layer
        share = min(1, first.seconds / times.total)
        words = first.sentence + " \(Int(clamping: (share * 100).rounded())) % of the time"
        advice = times.advice(for: first)
    }
}

/// Something that may have held the run up.
private struct Candidate {
    let cause: Verdict.Cause
    var stage: String?
    var layer: String?
    let seconds: Double

    var key: String { "\(cause) \(stage ?? "") \(layer ?? "")" }

    /// What happened, to go before a share of the time.
    var sentence: String {
        let stage = "'\(stage ?? "")'"
        let layer = "'\(layer ?? "")'"
        return switch cause {
        case .source: "the run waited for the source \(stage)"
        case .transform: "the run waited for the transform \(stage)"
        case .sink: "the run waited for the sink \(stage)"
        case .server: "\(stage) waited for the server"
        case .limiter: "the limiter \(layer) held \(stage) back"
        case .retry: "\(stage) paused before calls were made again by \(layer)"
        case .breaker: "the breaker \(layer) was open for \(stage)"
        case .pool: "\(stage) waited for a place in the pool \(layer)"
        case .checkpoints: "the run waited for checkpoints to be stored"
        case .finishing: "files were completed and looked at"
        case .engine: "the run counted and handed pages on"
        }
    }
}

extension RunTimes {
    /// All that the run waited for, with how long, each once.
    fileprivate var candidates: [Candidate] {
        var all: [String: Candidate] = [:]
        func add(_ candidate: Candidate) {
            let before = all[candidate.key]?.seconds ?? 0
            all[candidate.key] = Candidate(
                cause: candidate.cause,
                stage: candidate.stage,
                layer: candidate.layer,
                seconds: before + candidate.seconds
            )
        }
        // Pages are read and changed in the same tasks: what the run waited for is divided as their work was.
        func divide(_ seconds: Double, among nodes: [Int]) {
            let parts = nodes.flatMap { self.parts(of: stages[$0]) }
            let sum = parts.reduce(0) { $0 + $1.seconds }
            guard sum > 0 else {
                if let node = nodes.first {
                    add(Candidate(cause: Self.cause(stages[node].kind), stage: stages[node].name, seconds: seconds))
                }
                return
            }
            for part in parts {
                add(
                    Candidate(
                        cause: part.cause,
                        stage: part.stage,
                        layer: part.layer,
                        seconds: seconds * part.seconds / sum
                    )
                )
            }
        }
        let free = stages.indices.filter { stages[$0].kind == .transform && !stages[$0].isOrdered }
        let sinks = stages.indices.filter { stages[$0].kind == .sink }
        for (phase, seconds) in phases where seconds > 0 {
            switch phase {
            case .reading(let node): divide(seconds, among: [node] + free)
            case .remembering(let node), .writing(let node): divide(seconds, among: [node])
            case .settling: divide(seconds, among: sinks)
            case .storing: add(Candidate(cause: .checkpoints, seconds: seconds))
            case .finishing, .publishing: add(Candidate(cause: .finishing, seconds: seconds))
            case .working: add(Candidate(cause: .engine, seconds: seconds))
            }
        }
        return Array(all.values)
    }

    private static func cause(_ kind: Registry.Kind) -> Verdict.Cause {
        switch kind {
        case .source: .source
        case .sink: .sink
        case .transform, .middleware, .exporter, .account: .transform
        }
    }

    private func parts(of stage: Stage) -> [Candidate] {
        [
            Candidate(cause: Self.cause(stage.kind), stage: stage.name, seconds: max(0, stage.own - stage.server)),
            Candidate(cause: .server, stage: stage.name, seconds: min(stage.own, stage.server)),
        ] + stage.waits.map { Candidate(cause: $0.cause, stage: stage.name, layer: $0.layer, seconds: $0.seconds) }
    }

    /// Whether the processors had hardly anything left to give.
    private var isBusy: Bool { processor >= 0.85 * total * Double(processors) }

    fileprivate func advice(for candidate: Candidate) -> String {
        let stage = stages.first { $0.name == candidate.stage }
        let wait = stage?.waits.first { $0.layer == candidate.layer && $0.cause == candidate.cause }
        let layer = "[middleware.\(candidate.layer ?? "")]"
        switch candidate.cause {
        case .limiter:
            let faster = "a higher 'requests' in \(layer) if the service allows it"
            // What is written cannot be kept, and one cache is enough.
            return stage?.kind == .sink || wait?.hasCacheOutside == true
                ? "try \(faster)" : "try a cache outside of it, or \(faster)"
        case .retry:
            if let limiter = wait?.limiterInside {
                return "try a lower 'requests' in [middleware.\(limiter)], so that fewer calls are turned away"
            }
            return "try a lower rate: 'rate-limit' inside of \(layer), so that fewer calls are turned away"
        case .breaker: return "the other side was down; 'pause' in \(layer) says how long it is left alone"
        case .pool:
            guard let pool = stage?.pools.first(where: { $0.layer == candidate.layer }) else {
                return "try a larger 'workers' in \(layer), or workers = \"adaptive\""
            }
            return Self.advice(to: pool)
        case .checkpoints: return checkpointAdvice
        case .finishing where verifiesContent:
            return "try verify = \"count\" under [run]: it reads files once, not twice"
        case .finishing: return "no setting shortens it: it grows with the files"
        case .server, .source, .transform, .sink, .engine: return advice(for: candidate.cause, stage)
        }
    }

    /// The most places that a pool may have; its option says so.
    private static let mostPlaces = 10_000
    /// The most records of a batch; the option says so.
    private static let largestBatch = 100_000
    /// Pages of fewer records cost more for themselves than for what is in them.
    private static let smallBatch = 100
    /// A source whose pages are of another size makes them as it likes; so many of them show that.
    private static let tellingPages = 3

    private static func advice(to pool: Pool) -> String {
        let layer = "[middleware.\(pool.layer)]"
        guard let most = pool.most else {
            guard pool.places < mostPlaces else { return "its pool \(layer) has as many places as there can be" }
            return "try workers = \(min(mostPlaces, pool.places * 2)) in \(layer), or workers = \"adaptive\""
        }
        guard pool.places >= most, most < mostPlaces else {
            return
                "the pool \(layer) has found that the other side takes no more; fewer calls would help, such as a cache"
        }
        return "try max_workers = \(min(mostPlaces, most * 2)) in \(layer)"
    }

    private var checkpointAdvice: String {
        if case .time(let interval) = checkpointEvery, interval >= .seconds(30) {
            return "checkpoints are rare already; a faster disk for the state and the files shortens it"
        }
        return "try checkpoint_every = \"30s\" under [run]"
    }

    /// Whether the pages of a source are as large as `batch_size` says, as far as is known.
    private func obeysBatchSize(_ source: Stage) -> Bool {
        guard source.pages >= Self.tellingPages else { return true }
        return 0.5...1.5 ~= Double(source.records) / Double(source.pages) / Double(batchSize)
    }

    /// More pages at once: the narrowest place that they go through, whatever that is.
    private func advice(forMoreOf stage: Stage?) -> String {
        let sources = stages.filter { $0.kind == .source }
        let pools = (stage?.pools ?? []) + sources.flatMap(\.pools)
        // As many pages are read as `workers` or the widest pool says, so a pool is never wider than that.
        guard let narrowest = pools.min(by: { $0.places < $1.places }), narrowest.places < workers * 2 else {
            guard workers < RunSettings.mostWorkers else { return "as many pages are read at once as there can be" }
            return "try workers = \(min(RunSettings.mostWorkers, workers * 2)) under [run]"
        }
        return Self.advice(to: narrowest)
    }

    private func advice(for cause: Verdict.Cause, _ stage: Stage?) -> String {
        let size = min(Self.largestBatch, batchSize * 5)
        let isOrdered = stage?.isOrdered == true
        // What changes nothing is no advice: at the largest size, and where sources make pages as they like.
        let sources =
            stage?.kind == .source ? stages.filter { $0.name == stage?.name } : stages.filter { $0.kind == .source }
        let changes = size > batchSize && (sources.isEmpty || sources.contains(where: obeysBatchSize))
        let larger = changes ? "try batch_size = \(size) under [run]" : nil
        switch cause {
        case .source where batchSize <= Self.smallBatch && changes:
            return "pages have only \(batchSize) records; try batch_size = \(max(size, 1000)) under [run]"
        case .source where isBusy, .transform where isBusy && !isOrdered, .engine where isBusy:
            return "the processors are busy; fewer columns, or a filter further up, leave less to do"
        case .server where stage?.namesPages == true, .source where stage?.namesPages == true:
            let more = advice(forMoreOf: stage)
            return more.hasSuffix("under [run]") ? more + ": so many of its pages are read at once" : more
        case .server, .source:
            let why = "it says page by page what follows, so pages come one after the other"
            return larger.map { "\(why); \($0)" } ?? "\(why), and they are as large as they can be"
        case .transform where isOrdered:
            return "pages go through it one after the other; try to filter before it what it does not need"
        case .transform: return advice(forMoreOf: stage)
        case .sink:
            let why = "batches go to it one after the other"
            return larger.map { "\(why); \($0), so that it has fewer" }
                ?? "\(why), and they are as large as they can be"
        default:
            return larger.map { "pages are small for their number; \($0)" }
                ?? "it grows with the pages, and they are as large as they can be"
        }
    }
}
