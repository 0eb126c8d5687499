internal import PluginKit

/// What held a run up, and one thing to try where the times show that it would help.
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
        /// A service's own limit of requests, which its plugin keeps to.
        case limit
        /// Pauses that a server asked for.
        case pause
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
        /// Sources that were asked whether there is anything new.
        case asking
        /// The run itself: counting, and handing pages on.
        case engine

        /// Whether it is a limit that the service sets, so that more calls at a time would only wait as well.
        var isLimit: Bool { self == .limiter || self == .limit || self == .pause }

        /// The cause that a layer's family of waiting times speaks of; nil if it is none.
        init?(waitingFor definition: MetricDefinition) {
            switch definition {
            case .limiterWait: self = .limiter
            case .retryWait: self = .retry
            case .retryAskedWait: self = .pause
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
    /// It in words: `'plays' waited for the request limit 'quota' 83 % of the time`.
    public let words: String
    /// One thing to try, or why nothing is to be; nil where the times do not show that anything would help.
    public let advice: String?

    /// A run that is over sooner needs no advice, and its times say little.
    private static let leastSeconds = 1.0
    /// What took a smaller part of the time is not worth a change.
    private static let leastShare = 0.3

    /// The verdict on a run; nil if it was short or read nothing.
    init?(_ times: RunTimes) {
        guard times.total >= Self.leastSeconds, times.records > 0 else { return nil }
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
        // The times of a run that was cut off are not those of a whole one.
        advice = times.isDone && share >= Self.leastShare ? times.advice(for: first) : nil
    }
}

/// Something that may have held a run up.
struct Candidate {
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
        case .limiter: "\(stage) waited for the request limit \(layer)"
        case .limit: "\(stage) waited for \(self.layer ?? "the service's request limit")"
        case .pause: "\(stage) paused as long as the server asked for"
        case .asking: "sources were asked whether there is anything new"
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
    var candidates: [Candidate] {
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
        func divide(_ seconds: Double, among nodes: [Int], otherwise cause: Verdict.Cause? = nil) {
            let parts = nodes.flatMap { self.parts(of: stages[$0]) }
            let sum = parts.reduce(0) { $0 + $1.seconds }
            guard sum > 0 else {
                if let cause {
                    add(Candidate(cause: cause, seconds: seconds))
                } else if let node = nodes.first {
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
        let sources = stages.indices.filter { stages[$0].kind == .source }
        let sinks = stages.indices.filter { stages[$0].kind == .sink }
        for (phase, seconds) in phases where seconds > 0 {
            switch phase {
            case .reading(let node): divide(seconds, among: [node] + free)
            case .remembering(let node), .writing(let node): divide(seconds, among: [node])
            case .settling: divide(seconds, among: sinks)
            case .asking: divide(seconds, among: sources, otherwise: .asking)
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
}
