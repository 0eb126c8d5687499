package import PluginKit

extension Retry {
    package var delays: [Delay] {
        let counts = counts.withLock { $0 }
        return [
            Delay(
                "pause",
                kind: .rate,
                subject: "the server's own limit",
                stage: context.stage,
                sentence: "'\(context.stage)' paused as long as the server asked for",
                length: counts.asked
            ),
            Delay(
                "retry",
                subject: "the next attempt",
                stage: context.stage,
                sentence: "'\(context.stage)' paused before calls were repeated by '\(context.layer)'",
                length: counts.waited - counts.asked
            ),
        ]
    }

    package func advice(on workload: Workload) -> String? {
        guard workload.delay?.kind == .rate else {
            return "calls failed and were repeated; the note 'retry.repeats' in the findings states why"
        }
        let bound = "the service's limit is what bounds the run"
        return workload.substitute.map { "\(bound); only fewer requests help, such as by \($0)" } ?? bound
    }
}
