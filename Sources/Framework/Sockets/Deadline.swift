/// The moment by which something on a socket must be done.
public struct Deadline: Sendable, Hashable {
    /// Nobody is in a hurry.
    public static let never = Deadline(moment: nil)

    private let moment: ContinuousClock.Instant?

    private init(moment: ContinuousClock.Instant?) { self.moment = moment }

    /// So long from now.
    public init(in duration: Duration) { moment = ContinuousClock.now + min(duration, .seconds(1 << 40)) }

    /// How long it is until then, not less than nothing; nil if there is no such moment.
    public var remaining: Duration? { moment.map { max(.zero, ContinuousClock.now.duration(to: $0)) } }

    /// Whether the moment has come.
    public var isOver: Bool { remaining == .zero }

    /// This moment or the other, whichever comes first.
    public func or(_ other: Deadline) -> Deadline {
        guard let moment else { return other }
        guard let second = other.moment else { return self }
        return Deadline(moment: min(moment, second))
    }

    /// The remaining time as `poll` wants it: milliseconds, rounded up so that nobody asks too early; -1 for ever.
    var milliseconds: Int32 {
        guard let remaining else { return -1 }
        let (seconds, attoseconds) = remaining.components
        guard seconds < 1_000_000 else { return 1_000_000_000 }
        return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
