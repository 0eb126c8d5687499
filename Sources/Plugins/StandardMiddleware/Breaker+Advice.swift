package import PluginKit

extension Breaker {
    package var delays: [Delay] {
        let subject = "the breaker '\(context.layer)'"
        return [
            Delay(
                "breaker",
                subject: subject,
                stage: context.stage,
                sentence: "\(subject) delayed calls of '\(context.stage)'",
                length: circuit.waited,
                isShared: true
            )
        ]
    }

    package func advice(on workload: Workload) -> String? {
        "the server was down; 'pause' in [middleware.\(context.layer)] sets how long the breaker stays open"
    }
}
