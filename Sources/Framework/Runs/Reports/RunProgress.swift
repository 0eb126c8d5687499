internal import PluginKit
internal import Pipelines

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
    var context: RunContext?

    /// How many pages of the source are on their way.
    public var pagesInFlight: Int { context?.monitor.pages?.inFlight ?? 0 }

    /// How many batches wait before sinks.
    public var batchesWaiting: Int { context?.monitor.queues.reduce(0) { $0 + $1.waiting } ?? 0 }

    /// What calls wait for.
    public struct Waiting: Sendable, Hashable {
        /// For what: words that fit after a colon, or after "waiting for" if it is a limit.
        public let reason: String
        /// Whether it is a limit of requests.
        public let isLimit: Bool
        /// How much longer; nil if that is not known.
        public let left: Duration?

        /// A wait.
        public init(_ reason: String, isLimit: Bool = false, left: Duration?) {
            (self.reason, self.isLimit, self.left) = (reason, isLimit, left)
        }
    }

    /// What calls wait for just now; nil if for nothing.
    public var waiting: Waiting? {
        guard let context, let wait = context.plan.waits.longest else { return nil }
        let left = wait.end.map { max(.zero, $0 - context.plan.time.now) }
        return Waiting(wait.reason, isLimit: wait.isLimit, left: left)
    }

    /// How long the run has waited for each stage since it began.
    public var waits: [String: Duration] {
        guard let context else { return [:] }
        return context.monitor.phases.reduce(into: [:]) { waits, phase in
            if let node = phase.key.node { waits[context[node].name, default: .zero] += phase.value }
        }
    }
}
