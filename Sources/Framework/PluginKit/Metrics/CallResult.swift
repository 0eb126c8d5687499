/// How a call ended.
public enum CallResult: String, Sendable, CaseIterable {
    /// It succeeded.
    case success
    /// It failed, but may succeed if repeated.
    case transient
    /// The batch contains a record that cannot be used.
    case refused
    /// It was cancelled.
    case cancelled
    /// It failed, and repeating it would not help.
    case permanent

    /// The result of a call that threw an error.
    public init(_ error: any Error) {
        switch StageFailure(error) {
        case .transient, .blocked: self = .transient
        case .badBatch: self = .refused
        case .sourceChanged: self = .permanent
        case nil: self = error is CancellationError ? .cancelled : .permanent
        }
    }

    /// Its position among all results, counted from 0.
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
