package import PluginKit

extension RateLimit {
    package var delays: [Delay] {
        let waited = counts.withLock { $0.waited }
        return [Delay("limiter", kind: .rate, subject: title, stage: stage, length: waited)]
    }

    package func advice(on workload: Workload) -> String? {
        let section = "[middleware.\(layer)]"
        if counts.withLock({ $0.penalties }) > 0 {
            let bound = "the server asked for pauses as well, so its own limit is what bounds the run"
            return workload.substitute.map {
                "\(bound); only fewer requests help, such as by \($0) outside of \(section)"
            } ?? bound
        }
        let faster = "a higher 'requests' in \(section) if the service allows it"
        return workload.substitute.map { "try \($0) outside of it, or \(faster)" } ?? "try \(faster)"
    }
}
