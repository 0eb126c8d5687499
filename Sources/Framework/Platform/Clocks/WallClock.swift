/// The time of day, for timestamps that other machines and later runs use: when a token ends, when an answer expires.
///
/// It advances with a time source, so a test that moves one moves the other.
public struct WallClock: Sendable {
    private let time: any TimeSource
    /// Its time when the time source was at zero, in nanoseconds since 1970-01-01T00:00:00Z.
    private let start: Int64

    /// Creates a clock that shows the machine's time now and advances with `time`.
    public init(_ time: any TimeSource) { self.init(time, nanoseconds: SystemClock.nanoseconds) }

    /// Creates a clock that shows a given time now and advances with `time`.
    ///
    /// - Parameters:
    ///   - time: The time source that it advances with.
    ///   - seconds: The time that it shows now, in seconds since 1970-01-01T00:00:00Z; at most about 292 years from there.
    public init(_ time: any TimeSource, showing seconds: Int64) {
        self.init(time, nanoseconds: seconds.multiplied(clamped: 1_000_000_000))
    }

    /// As above, in nanoseconds since 1970-01-01T00:00:00Z.
    package init(_ time: any TimeSource, nanoseconds: Int64) {
        self.time = time
        start = nanoseconds.subtracting(clamped: time.nanoseconds)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    public var seconds: Int64 { nanoseconds / 1_000_000_000 }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    public var milliseconds: Int64 { nanoseconds / 1_000_000 }

    /// Nanoseconds since 1970-01-01T00:00:00Z.
    public var nanoseconds: Int64 { start.adding(clamped: time.nanoseconds) }
}
