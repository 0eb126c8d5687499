internal import PluginKit

/// How far a run is.
public struct RunProgress: Sendable {
    /// Records read by all sources.
    public var read = 0
    /// Records accepted by all sinks.
    public var accepted = 0
    /// The stage that works just now.
    public var stage = ""
    /// The time since the run began.
    public var elapsed: Duration = .zero
    /// Whether the sinks complete their files.
    public var isFinishing = false
    /// The run itself, for what is looked up only where it is shown.
    var route: Route?

    /// How many pages of the source are on their way.
    public var pagesInFlight: Int { route?.monitor.pages?.inFlight ?? 0 }

    /// How many batches wait before sinks.
    public var batchesWaiting: Int { route?.monitor.queues.reduce(0) { $0 + $1.waiting } ?? 0 }

    /// What calls wait for just now, and how much longer; nil if for nothing, or if it is not known how long.
    public var waiting: (reason: String, left: Duration?)? {
        guard let route, let wait = route.plan.waits.longest else { return nil }
        return (wait.reason, wait.end.map { max(.zero, $0 - route.plan.time.now) })
    }

    /// How long the run has waited for each stage since it began.
    public var waits: [String: Duration] {
        guard let route else { return [:] }
        return route.monitor.phases.reduce(into: [:]) { waits, phase in
            if let node = phase.key.node { waits[route[node].name, default: .zero] += phase.value }
        }
    }
}
