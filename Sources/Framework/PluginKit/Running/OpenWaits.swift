/// What the calls of a pipeline are waiting for now, so that the progress display can report it.
///
///     let wait = context.waits.begin("the server is overloaded (503)", until: end)
///     defer { context.waits.end(wait) }
public final class OpenWaits: Sendable {
    /// The reason for a pause, and when it ends.
    public struct Wait: Sendable, Hashable {
        /// The reason: text that fits after a colon, or after "waiting for" if it is a limit.
        public let reason: String
        /// Whether the wait is for a request limit.
        public let isLimit: Bool
        /// When the wait ends, by the clock; nil if that is unknown.
        public let end: Duration?
    }

    private struct State {
        var next = 0
        var waits: [Int: Wait] = [:]
    }

    private let state = Locked(State())

    /// Creates a collection without waits.
    public init() {}

    /// Records the start of a wait.
    ///
    /// - Parameters:
    ///   - reason: The reason for the wait.
    ///   - end: When the wait ends, by the clock; nil if that is unknown.
    ///   - isLimit: Whether the wait is for a request limit.
    /// - Returns: The number to pass to `end`.
    public func begin(_ reason: String, until end: Duration? = nil, isLimit: Bool = false) -> Int {
        state.withLock { state in
            state.next += 1
            state.waits[state.next] = Wait(reason: reason, isLimit: isLimit, end: end)
            return state.next
        }
    }

    /// Records the end of a wait.
    public func end(_ number: Int) { state.withLock { $0.waits[number] = nil } }

    /// All waits, those with the latest known end first, then those without a known end, the newest first.
    public var all: [Wait] {
        state.withLock { state in
            state.waits.sorted { one, other in
                let ends = (one.value.end ?? .seconds(-1), other.value.end ?? .seconds(-1))
                return ends.0 == ends.1 ? one.key > other.key : ends.0 > ends.1
            }.map(\.value)
        }
    }

    /// The wait with the latest known end; the newest one if no end is known; nil if there are no waits.
    public var longest: Wait? {
        state.withLock { state in
            let known = state.waits.values.filter { $0.end != nil }
            return known.max { ($0.end ?? .zero) < ($1.end ?? .zero) } ?? state.waits.max { $0.key < $1.key }?.value
        }
    }
}

extension SharedObjects {
    /// What the calls of a pipeline are waiting for now.
    ///
    /// Runs with the same key exclude each other, so no two runs share waits.
    public func waits(of run: RunIdentity) -> OpenWaits { object("waits \(run.key)") { OpenWaits() } }
}

extension StageContext {
    /// What the calls of the pipeline are waiting for now.
    public var waits: OpenWaits { shared.waits(of: run) }
}
