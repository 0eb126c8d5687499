internal import Glibc
internal import PluginKit

/// The time by which answers hold: that of the stage, counted from a moment that means the same in every run.
struct CacheClock: Sendable {
    private let time: any TimeSource
    private let start: Int64

    /// A clock that goes as `time` does and shows the machine's time now.
    init(_ time: any TimeSource) {
        self.time = time
        start = SystemClock.timeOfDay / 1_000_000 - time.now.milliseconds
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    var now: Int64 { start + time.nanoseconds / 1_000_000 }
}
