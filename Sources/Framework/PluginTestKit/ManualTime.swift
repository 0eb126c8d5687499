public import PluginKit
internal import Synchronization

/// A clock that stands still until a test moves it.
///
/// Nobody who waits on it ever really sleeps.
public final class ManualTime: TimeSource {
    private let current: Mutex<Duration>

    /// A clock that shows `now`.
    public init(_ now: Duration = .zero) { current = Mutex(now) }

    /// What the clock shows.
    public var now: Duration { current.withLock { $0 } }

    /// Moves the clock on.
    public func advance(by duration: Duration) { current.withLock { $0 += duration } }

    /// Moves the clock to the deadline at once, for whoever waits waits alone.
    public func sleep(until deadline: Duration) async throws {
        try Task.checkCancellation()
        current.withLock { $0 = max($0, deadline) }
    }
}
