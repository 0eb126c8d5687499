internal import Glibc

/// The time of day, for moments that other machines and later runs understand: when a token ends.
///
/// It goes as a time source does, so a test that moves the one moves the other.
public struct WallClock: Sendable {
    private let time: any TimeSource
    private let start: Int64

    /// A clock that shows the machine's time now, and goes as `time` does from then on.
    public init(_ time: any TimeSource) { self.init(time, showing: Int64(Glibc.time(nil))) }

    /// A clock that shows a moment now, and goes as `time` does from then on.
    ///
    /// - Parameters:
    ///   - time: How it goes.
    ///   - seconds: What it shows, in seconds since 1970-01-01T00:00:00Z.
    public init(_ time: any TimeSource, showing seconds: Int64) {
        self.time = time
        start = seconds - time.now.wholeSeconds
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    public var seconds: Int64 { start.adding(clamped: time.now.wholeSeconds) }

    /// Milliseconds since 1970-01-01T00:00:00Z, to the second.
    public var milliseconds: Int64 { seconds.multiplied(clamped: 1000) }
}
