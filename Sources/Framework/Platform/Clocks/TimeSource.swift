internal import Glibc

/// The clock of a stage.
///
/// Tests use one that they advance by hand.
public protocol TimeSource: Sendable {
    /// The time since a fixed reference; it never goes back.
    var now: Duration { get }

    /// The same in whole nanoseconds, for measurements of every call: adding durations takes ten times as long.
    /// Default: computed from `now`.
    var nanoseconds: Int64 { get }

    /// Waits until `now` reaches `deadline`.
    ///
    /// - Throws: `CancellationError` if the task is cancelled meanwhile.
    func sleep(until deadline: Duration) async throws
}

extension TimeSource {
    /// Computed from `now`.
    public var nanoseconds: Int64 { now.nanoseconds }
}

/// The machine's clock, which continues while the machine sleeps.
public struct SystemTime: TimeSource {
    /// The two clocks are read in this order, so that a task that has slept until a time never reads an earlier one.
    private static let start = (nanoseconds: clockNanoseconds(), instant: ContinuousClock.now)

    /// Creates the machine's clock.
    public init() {}

    /// The time since the clock was first read by this program.
    public var now: Duration { .nanoseconds(nanoseconds) }

    /// The same time in nanoseconds.
    public var nanoseconds: Int64 {
        let start = Self.start.nanoseconds
        return Self.clockNanoseconds() - start
    }

    /// Waits until the clock reaches `deadline`; one beyond the range of the clock is never reached.
    public func sleep(until deadline: Duration) async throws {
        try await ContinuousClock().sleep(until: Self.start.instant.advanced(by: min(deadline, Self.farthest)))
    }

    /// 292 years: beyond that, the numbers of the clock would overflow.
    private static let farthest = Duration.nanoseconds(Int64.max)

    /// The time of the clock that `ContinuousClock` uses.
    private static func clockNanoseconds() -> Int64 { SystemClock.sinceBoot }
}
