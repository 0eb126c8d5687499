/// Why a call of a stage failed, where whoever made the call can do something about it.
///
/// Whoever raises an error says which it is. A `Diagnostic` of the category `transient` is as good as `transient`, for
/// who has nothing more to say. Any other error is permanent and ends the run, which can be resumed at its last
/// checkpoint.
public enum StageFailure: Error, Sendable {
    /// It may succeed if it is tried again: a server that is busy, a connection that was lost.
    ///
    /// `retryAfter` is how long to wait at least, if somebody said so.
    case transient(Diagnostic, retryAfter: Duration? = nil)
    /// A layer has not let the call through, and nobody was asked: a pool that is full, a breaker that is open.
    ///
    /// It is tried again like one that may pass; but it says nothing about the other side, so nobody is slowed down by it.
    /// `retryAfter` is how long to wait at least, if the layer knows.
    case blocked(Diagnostic, retryAfter: Duration? = nil)
    /// Something in the batch cannot be taken, and it is not known which record.
    ///
    /// The engine divides the batch until it has found the record, rejects that with the reason given, and goes on. A
    /// sink has left nothing at the mark that the next write does not replace. A stateful transform must find the record
    /// itself; from it, this error is permanent.
    case badBatch(Diagnostic)
    /// The data has changed while it was read, so that what was read so far is of no moment in particular.
    ///
    /// The run gives up its checkpoint and what it has written, and begins anew by itself, a few times; then it fails.
    /// No layer repeats the call.
    case sourceChanged(Diagnostic)

    /// What an error says about the call that it ended: itself if it is a `StageFailure`, `transient` if it is a
    /// diagnostic of that category; nil for any other.
    public init?(_ error: any Error) {
        switch error {
        case let failure as StageFailure: self = failure
        case let diagnostic as Diagnostic where diagnostic.category == .transient: self = .transient(diagnostic)
        default: return nil
        }
    }

    /// What is wrong, for people; of the category `transient` where it may pass and whoever raised it has set none.
    public var diagnostic: Diagnostic {
        switch self {
        case .transient(let diagnostic, _), .blocked(let diagnostic, _): diagnostic.classed(as: .transient)
        case .badBatch(let diagnostic), .sourceChanged(let diagnostic): diagnostic
        }
    }

    /// Whether it may succeed if it is tried again.
    public var mayPass: Bool {
        switch self {
        case .transient, .blocked: true
        case .badBatch, .sourceChanged: false
        }
    }

    /// How long to wait at least before it is tried again, if somebody said so.
    public var retryAfter: Duration? {
        switch self {
        case .transient(_, let retryAfter), .blocked(_, let retryAfter): retryAfter
        case .badBatch, .sourceChanged: nil
        }
    }

    /// The same, with something else to say about it.
    package func saying(_ diagnostic: Diagnostic) -> StageFailure {
        switch self {
        case .transient(_, let retryAfter): .transient(diagnostic, retryAfter: retryAfter)
        case .blocked(_, let retryAfter): .blocked(diagnostic, retryAfter: retryAfter)
        case .badBatch: .badBatch(diagnostic)
        case .sourceChanged: .sourceChanged(diagnostic)
        }
    }
}
