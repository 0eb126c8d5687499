/// The time by which an operation on a socket must be done.
public struct Deadline: Sendable, Hashable {
    /// No deadline.
    public static let never = Deadline(instant: nil)

    private let instant: ContinuousClock.Instant?

    private init(instant: ContinuousClock.Instant?) { self.instant = instant }

    /// A deadline after a duration from now.
    public init(in duration: Duration) { instant = ContinuousClock.now + min(duration, .seconds(1 << 40)) }

    /// The remaining time, at least zero; nil if there is no deadline.
    public var remaining: Duration? { instant.map { max(.zero, ContinuousClock.now.duration(to: $0)) } }

    /// Whether the deadline has passed.
    public var isOver: Bool { remaining == .zero }

    /// The earlier of two deadlines.
    public func or(_ other: Deadline) -> Deadline {
        guard let instant else { return other }
        guard let second = other.instant else { return self }
        return Deadline(instant: min(instant, second))
    }

    /// The remaining time in the form of `poll`: milliseconds, rounded up so that the thread never wakes early; -1
    /// without a deadline.
    var milliseconds: Int32 {
        guard let remaining else { return -1 }
        let (seconds, attoseconds) = remaining.components
        guard seconds < 1_000_000 else { return 1_000_000_000 }
        return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
