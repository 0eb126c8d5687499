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
        words = first.sentence + " \(Int((share * 100).rounded())) % of the time"
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
        let layer = "[middleware.\(candidate.layer ?? "")]"
        switch candidate.cause {
        case .limiter: return "try a cache outside of it, or a higher 'requests' in \(layer) if the service allows it"
        case .retry: return "try a lower rate: 'rate-limit' inside of \(layer), so that fewer calls are turned away"
        case .breaker: return "the other side was down; 'pause' in \(layer) says how long it is left alone"
        case .pool: return "try a larger 'workers' in \(layer), or workers = \"adaptive\""
        case .checkpoints: return "try checkpoint_every = \"30s\" under [run]"
        case .finishing where verifiesContent:
            return "try verify = \"count\" under [run]: it reads files once, not twice"
        case .finishing: return "no setting shortens it: it grows with the files"
        case .server, .source, .transform, .sink, .engine: return stageAdvice(for: candidate)
        }
    }

    private func stageAdvice(for candidate: Candidate) -> String {
        let stage = stages.first { $0.name == candidate.stage }
        let larger = "batch_size = \(min(100_000, batchSize * 5)) under [run]"
        let namesPages = stage?.namesPages == true
        switch candidate.cause {
        case .source where isBusy, .transform where isBusy && stage?.isOrdered != true, .engine where isBusy:
            return "the processors are busy; fewer columns, or a filter further up, leave less to do"
        case .server where namesPages, .source where namesPages:
            return "try workers = \(workers * 2) under [run]: so many of its pages are read at once"
        case .server, .source:
            return "it says page by page what follows, so pages come one after the other; try \(larger)"
        case .transform where stage?.isOrdered == true:
            return "pages go through it one after the other; try to filter before it what it does not need"
        case .transform: return "try workers = \(workers * 2) under [run]"
        case .sink: return "batches go to it one after the other; try \(larger), so that it has fewer"
        default: return "pages are small for their number; try \(larger)"
        }
    }
}
