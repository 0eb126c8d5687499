/// Why a call of a stage failed, in cases where layers or the engine can react.
///
/// The code that raises an error chooses the case. A `Diagnostic` of the category `transient` counts as `transient` and
/// is enough if there is nothing to add. Any other error is permanent and ends the run, which can be resumed at its
/// last checkpoint.
public enum StageFailure: Error, Sendable {
    /// The call may succeed if it is repeated: a busy server, a lost connection.
    ///
    /// `retryAfter` is the minimum wait before that, if the service specified one.
    case transient(Diagnostic, retryAfter: Duration? = nil)
    /// A layer did not let the call through, so no request was made: a pool is full, a circuit breaker is open.
    ///
    /// The call is repeated like one with a transient failure. But the failure says nothing about the service, so it
    /// does not make layers reduce their rate. `retryAfter` is the minimum wait before the call is repeated, if the
    /// layer knows it.
    case blocked(Diagnostic, retryAfter: Duration? = nil)
    /// The batch contains a record that cannot be used, and it is not known which.
    ///
    /// The engine divides the batch until it has found the record, rejects that with the given reason, and continues. A
    /// sink that throws this must leave nothing at the mark that the next write does not replace. A stateful transform
    /// must find the record itself; from it, this error is permanent.
    case badBatch(Diagnostic)
    /// The data changed while it was being read, so what was read so far does not represent one state of it.
    ///
    /// The run discards its checkpoint and what it has written, and starts again by itself, a few times; then it fails.
    /// No layer repeats the call.
    case sourceChanged(Diagnostic)

    /// The result of a transform for a batch has so much text that it should be called with halves of the batch.
    ///
    /// - Parameter subject: What has, in the singular: `what is found for 4,000 records`.
    /// - Returns: `badBatch` with `batch.text`.
    public static func tooMuchText(_ subject: String) -> StageFailure {
        .badBatch(
            Diagnostic(
                "batch.text",
                message: "\(subject) has more text than a batch should have",
                category: .data,
                hint: "set a smaller 'batch_size' in [run]"
            )
        )
    }

    /// Classifies an error: itself if it is a `StageFailure`, `transient` if it is a diagnostic of that category; nil
    /// for any other.
    public init?(_ error: any Error) {
        switch error {
        case let failure as StageFailure: self = failure
        case let diagnostic as Diagnostic where diagnostic.category == .transient: self = .transient(diagnostic)
        default: return nil
        }
    }

    /// The problem for users; of the category `transient` if the failure is transient and no category was set.
    public var diagnostic: Diagnostic {
        switch self {
        case .transient(let diagnostic, _), .blocked(let diagnostic, _): diagnostic.classed(as: .transient)
        case .badBatch(let diagnostic), .sourceChanged(let diagnostic): diagnostic
        }
    }

    /// Whether the call may succeed if it is repeated.
    public var isTransient: Bool {
        switch self {
        case .transient, .blocked: true
        case .badBatch, .sourceChanged: false
        }
    }

    /// The minimum wait before the call is repeated; nil if none was specified.
    public var retryAfter: Duration? {
        switch self {
        case .transient(_, let retryAfter), .blocked(_, let retryAfter): retryAfter
        case .badBatch, .sourceChanged: nil
        }
    }

    /// The same failure with another diagnostic.
    public func saying(_ diagnostic: Diagnostic) -> StageFailure {
        switch self {
        case .transient(_, let retryAfter): .transient(diagnostic, retryAfter: retryAfter)
        case .blocked(_, let retryAfter): .blocked(diagnostic, retryAfter: retryAfter)
        case .badBatch: .badBatch(diagnostic)
        case .sourceChanged: .sourceChanged(diagnostic)
        }
    }
}
