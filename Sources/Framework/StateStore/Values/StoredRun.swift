public import Platform

/// A run as stored in the state.
public struct StoredRun: Sendable, Hashable {
    /// The state of a run.
    public enum Status: String, Sendable, Hashable, CaseIterable {
        /// It has begun. If no process holds the pipeline's lock, it was interrupted and can be resumed.
        case running
        /// Everything is complete and recorded, and is becoming visible. This has to be completed before anything else.
        ///
        /// Versions before 0.2 stored `publishing`.
        case intended
        /// It is complete.
        case complete
        /// An error ended it. It can be resumed at its newest checkpoint.
        case failed
        /// A user stopped it. It can be resumed at its newest checkpoint.
        case stopped
        /// A destination will never accept its commit, and nothing is visible. It is not resumed.
        case refused
        /// A destination will never accept its part, and the others already have theirs. The next start tries again.
        case partly

        /// Whether its intention has to be completed before anything else.
        public var isIntended: Bool { self == .intended || self == .partly }
    }

    /// The identity of the run and when it began, in the form that output paths may contain.
    public let identity: RunIdentity
    /// A digest of everything that determines what the run does.
    ///
    /// A run with another digest cannot be resumed.
    public let configuration: String
    /// When it began, in milliseconds since 1970-01-01T00:00:00Z.
    public let startedAt: Int64
    /// When it ended, in milliseconds since 1970-01-01T00:00:00Z; nil if it has not, or if that could not be recorded.
    public internal(set) var endedAt: Int64?
    /// How often it was begun or resumed.
    public internal(set) var attempts: Int
    /// The state of the run.
    public internal(set) var status: Status
    /// The number of its newest checkpoint; 0 if it has none.
    public internal(set) var checkpoint: Int

    /// A run.
    public init(
        identity: RunIdentity,
        configuration: String,
        startedAt: Int64,
        endedAt: Int64? = nil,
        attempts: Int = 1,
        status: Status = .running,
        checkpoint: Int = 0
    ) {
        self.identity = identity
        self.configuration = configuration
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.attempts = attempts
        self.status = status
        self.checkpoint = checkpoint
    }
}
