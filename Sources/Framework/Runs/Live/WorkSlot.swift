internal import PluginKit

/// What happens to a page or a batch now: those that work on it note it, and a monitor reads it.
///
/// It is written a few times for each page, never for each record.
final class WorkSlot: Sendable {
    /// What happens.
    enum State: Sendable, Hashable {
        /// The source, or a layer around it, is asked for the page.
        case reading
        /// It is in a stage without a memory, by the number of its node.
        case transforming(Int)
        /// It waits for its turn.
        case waiting
        /// The main task of the run passes it through the stages with a memory to the queues, or a sink writes it.
        case passing
        /// There is no page or batch.
        case idle
    }

    /// A state, and when it began.
    struct Reading: Sendable, Hashable {
        var state: State
        /// When it began, by the clock of the plan.
        var since: Duration
        /// The memory of the page or batch in bytes; 0 if it is not known.
        var bytes = 0
    }

    private let time: any TimeSource
    private let current: Locked<Reading>

    init(_ state: State, time: any TimeSource) {
        self.time = time
        current = Locked(Reading(state: state, since: time.now))
    }

    /// The present state.
    var reading: Reading { current.withLock { $0 } }

    /// Notes what happens from now on.
    ///
    /// - Parameters:
    ///   - state: What happens.
    ///   - bytes: The memory of the page or batch from now on; nil if it is unchanged.
    func enter(_ state: State, bytes: Int? = nil) {
        let now = time.now
        current.withLock { current in
            current.state = state
            current.since = now
            if let bytes { current.bytes = bytes }
        }
    }
}
