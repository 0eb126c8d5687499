internal import PluginKit
internal import Pipelines

/// How far a run is.
public struct RunProgress: Sendable {
    /// Records read by all sources.
    public var read = 0
    /// Records rejected by all stages.
    public var rejected = 0
    /// Records accepted by all sinks.
    public var accepted = 0
    /// The stage that the last page reached.
    public var stage = ""
    /// The time since the run began.
    public var elapsed: Duration = .zero
    /// Whether the sinks are completing their files.
    public var isFinishing = false
    /// The run itself, for values that are only determined if they are shown.
    var context: RunContext?

    /// How many pages of the source are in flight.
    public var pagesInFlight: Int { context?.monitor.pages?.inFlight ?? 0 }

    /// How many batches wait in the queues of the sinks.
    public var batchesWaiting: Int { context?.monitor.queues.reduce(0) { $0 + $1.waiting } ?? 0 }

    /// How much of its data the source has delivered that is read now, from 0 to 1; nil if its size is not known, or
    /// if only a part of the data is read: up to a limit, or what is new.
    public var share: Double? {
        guard let context, !isFinishing, context.plan.scope.limit == nil, let place = context.monitor.place else {
            return nil
        }
        let node = context[place.node]
        guard !node.isIncremental, case .source(let source) = node.stage else { return nil }
        return source.share(before: place.cursor)
    }

    /// The name of the source that is read; nil if none is.
    public var reads: String? {
        guard let context else { return nil }
        return context.monitor.place.map { context[$0.node].name }
    }

    /// Why calls wait.
    public struct Waiting: Sendable, Hashable {
        /// The reason, worded to follow a colon, or "waiting for" if it is a limit.
        public let reason: String
        /// Whether the reason is a rate limit.
        public let isLimit: Bool
        /// How much longer they wait; nil if unknown.
        public let left: Duration?

        /// A wait.
        public init(_ reason: String, isLimit: Bool = false, left: Duration?) {
            (self.reason, self.isLimit, self.left) = (reason, isLimit, left)
        }
    }

    /// What calls are waiting for; nil if none waits.
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
