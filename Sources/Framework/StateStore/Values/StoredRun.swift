public import Platform

/// A run as the state remembers it.
public struct StoredRun: Sendable, Hashable {
    /// How far a run is.
    public enum Status: String, Sendable, Hashable, CaseIterable {
        /// It has begun. If nobody holds the pipeline's lock, it was cut off and can be resumed.
        case running
        /// Everything is complete and written down, and becomes visible. This has to be finished before anything else.
        ///
        /// Versions before 0.2 stored `publishing`.
        case intended
        /// It has done all that it was to do.
        case complete
        /// Something stood in the way. It can be resumed at its newest checkpoint.
        case failed
        /// Somebody stopped it. It can be resumed at its newest checkpoint.
        case stopped
        /// A destination will not accept what it was to commit, and nothing is visible. It is not resumed.
        case refused
        /// A destination will not accept its part, and others have theirs already. The next start tries again.
        case partly

        /// Whether what is written down of it has to be finished before anything else.
        public var isIntended: Bool { self == .intended || self == .partly }
    }

    /// What it is called and when it began, in the words that output paths may contain.
    public let identity: RunIdentity
    /// A digest of everything that decides what the run does.
    ///
    /// A run with another one cannot be resumed.
    public let configuration: String
    /// When it began, in milliseconds since 1970-01-01T00:00:00Z.
    public let startedAt: Int64
    /// When it ended, in milliseconds since 1970-01-01T00:00:00Z; nil if it has not, or if nobody was there to see it.
    public internal(set) var endedAt: Int64?
    /// How often it was begun or resumed.
    public internal(set) var attempts: Int
    /// How far it is.
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
