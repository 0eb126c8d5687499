internal import PluginKit

extension Bottleneck {
    /// A shorter run needs no advice, and its times prove little.
    private static let leastSeconds = 1.0
    /// A smaller share of the time is not worth a change.
    private static let leastShare = 0.3

    /// What slowed a run down most; nil if it was short or read nothing.
    init?(_ times: RunTimes) {
        guard times.total >= Self.leastSeconds, times.records > 0 else { return nil }
        let candidates = times.candidates
        // Equal candidates are ordered by their names, so that the same times have the same bottleneck.
        guard let first = candidates.max(by: { ($0.seconds, $1.key) < ($1.seconds, $0.key) }), first.seconds > 0 else {
            return nil
        }
        cause = first.name
        stage = first.stage
        layer = first.layer
        share = min(1, first.seconds / times.total)
        words = first.sentence + " \(Int(clamping: (share * 100).rounded())) % of the time"
        // The times of an interrupted run are not those of a complete one.
        advice = times.isDone && share >= Self.leastShare ? times.advice(for: first, share: share) : nil
    }
}

extension RunTimes {
    /// Everything that the run waited for, each once, with the time.
    var candidates: [Candidate] {
        var all: [String: Candidate] = [:]
        func add(_ candidate: Candidate) {
            let before = all[candidate.key]?.seconds ?? 0
            all[candidate.key] = Candidate(
                cause: candidate.cause,
                stage: candidate.stage,
                seconds: before + candidate.seconds
            )
        }
        // Pages are read and transformed in the same tasks: the wait is divided in proportion to their work.
        func divide(_ seconds: Double, among nodes: [Int], otherwise work: Candidate.Work? = nil) {
            let parts = nodes.flatMap { self.parts(of: stages[$0]) }
            let sum = parts.reduce(0) { $0 + $1.seconds }
            guard sum > 0 else {
                if let work {
                    add(Candidate(cause: .work(work), seconds: seconds))
                } else if let node = nodes.first {
                    let work = Self.work(stages[node].kind)
                    add(Candidate(cause: .work(work), stage: stages[node].name, seconds: seconds))
                }
                return
            }
            for part in parts {
                add(Candidate(cause: part.cause, stage: part.stage, seconds: seconds * part.seconds / sum))
            }
        }
        let free = stages.indices.filter { stages[$0].kind == .transform && !stages[$0].isOrdered }
        let sources = stages.indices.filter { stages[$0].kind == .source }
        let sinks = stages.indices.filter { stages[$0].kind == .sink }
        for (phase, seconds) in phases where seconds > 0 {
            switch phase {
            case .reading(let node): divide(seconds, among: [node] + free)
            case .transforming(let node), .writing(let node): divide(seconds, among: [node])
            case .settling: divide(seconds, among: sinks)
            case .asking: divide(seconds, among: sources, otherwise: .asking)
            case .storing: add(Candidate(cause: .work(.checkpoints), seconds: seconds))
            case .finishing, .publishing: add(Candidate(cause: .work(.finishing), seconds: seconds))
            case .working: add(Candidate(cause: .work(.engine), seconds: seconds))
            }
        }
        return Array(all.values)
    }

    private static func work(_ kind: Registry.Kind) -> Candidate.Work {
        switch kind {
        case .source: .source
        case .sink: .sink
        case .transform, .middleware, .exporter, .account: .transform
        }
    }

    private func parts(of stage: Stage) -> [Candidate] {
        [
            Candidate(
                cause: .work(Self.work(stage.kind)),
                stage: stage.name,
                seconds: max(0, stage.own - stage.server)
            ),
            Candidate(cause: .work(.server), stage: stage.name, seconds: min(stage.own, stage.server)),
        ] + stage.waits.map { Candidate(cause: .wait($0), stage: stage.name, seconds: $0.seconds) }
    }
}
