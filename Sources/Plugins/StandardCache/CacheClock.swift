internal import Glibc
internal import PluginKit

/// The clock for lifetimes: that of the stage, based on a time that means the same in every run.
struct CacheClock: Sendable {
    private let time: any TimeSource
    private let start: Int64

    /// Creates a clock that advances with `time` and shows the system time now.
    init(_ time: any TimeSource) {
        self.time = time
        start = SystemClock.timeOfDay / 1_000_000 - time.now.milliseconds
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    var now: Int64 { start + time.nanoseconds / 1_000_000 }
}
