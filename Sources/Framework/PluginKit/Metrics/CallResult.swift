/// How a call ended.
public enum CallResult: String, Sendable, CaseIterable {
    /// It was answered.
    case success
    /// It may succeed if it is tried again.
    case transient
    /// Something in the batch cannot be taken.
    case refused
    /// Somebody called it off.
    case cancelled
    /// The call failed in a way that repeating it does not change.
    case permanent

    /// How a call ended that threw.
    public init(_ error: any Error) {
        switch StageFailure(error) {
        case .transient, .blocked: self = .transient
        case .badBatch: self = .refused
        case .sourceChanged: self = .permanent
        case nil: self = error is CancellationError ? .cancelled : .permanent
        }
    }

    /// Its place among all results, counted from 0.
    package var place: Int {
        switch self {
        case .success: 0
        case .transient: 1
        case .refused: 2
        case .cancelled: 3
        case .permanent: 4
        }
    }
}
