internal import Glibc

/// The time that a stage lives in.
///
/// Tests have one that they move by hand.
public protocol TimeSource: Sendable {
    /// The time since some fixed moment; it never goes back.
    var now: Duration { get }

    /// The same in whole nanoseconds, for what is measured with every call: sums of a `Duration` take ten times as long.
    /// Default: made of `now`.
    var nanoseconds: Int64 { get }

    /// Waits until `now` is `deadline`.
    ///
    /// - Throws: `CancellationError` if the task is cancelled meanwhile.
    func sleep(until deadline: Duration) async throws
}

extension TimeSource {
    /// Made of `now`.
    public var nanoseconds: Int64 { now.nanoseconds }
}

/// The machine's own time, which also goes on while the machine sleeps.
public struct SystemTime: TimeSource {
    /// Read in this order, so that who has slept until a moment never finds that it is still to come.
    private static let start = (nanoseconds: clockNanoseconds(), instant: ContinuousClock.now)

    /// The machine's time.
    public init() {}

    /// The time since the program first asked.
    public var now: Duration { .nanoseconds(nanoseconds) }

    /// The time since the program first asked.
    public var nanoseconds: Int64 {
        let start = Self.start.nanoseconds
        return Self.clockNanoseconds() - start
    }

    /// Waits until the clock shows `deadline`; one that is farther away than the clock counts is never reached.
    public func sleep(until deadline: Duration) async throws {
        try await ContinuousClock().sleep(until: Self.start.instant.advanced(by: min(deadline, Self.farthest)))
    }

    /// 292 years: beyond it, the clock's own numbers would not fit.
    private static let farthest = Duration.nanoseconds(Int64.max)

    /// The clock of `ContinuousClock`.
    private static func clockNanoseconds() -> Int64 { SystemClock.sinceBoot }
}
