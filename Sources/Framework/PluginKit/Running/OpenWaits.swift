/// What the calls of a pipeline wait for just now, so that a run that waits can say for what.
///
///     let wait = context.waits.begin("the server is overloaded (503)", until: end)
///     defer { context.waits.end(wait) }
package final class OpenWaits: Sendable {
    /// One wait.
    package struct Wait: Sendable, Hashable {
        /// For what: words that fit after a colon, or after "waiting for" if it is a limit.
        package let reason: String
        /// Whether it is a limit of requests.
        package let isLimit: Bool
        /// Until when, by the clock; nil if that is not known.
        package let end: Duration?
    }

    private struct State {
        var next = 0
        var waits: [Int: Wait] = [:]
    }

    private let state = Locked(State())

    /// Nothing is waited for.
    package init() {}

    /// Notes that a wait begins.
    ///
    /// - Parameters:
    ///   - reason: For what.
    ///   - end: Until when, by the clock; nil if that is not known.
    ///   - isLimit: Whether it is a limit of requests that is waited for.
    /// - Returns: What `end` wants to know.
    package func begin(_ reason: String, until end: Duration? = nil, isLimit: Bool = false) -> Int {
        state.withLock { state in
            state.next += 1
            state.waits[state.next] = Wait(reason: reason, isLimit: isLimit, end: end)
            return state.next
        }
    }

    /// Notes that a wait is over.
    package func end(_ number: Int) { state.withLock { $0.waits[number] = nil } }

    /// The wait that lasts longest, of the ones whose end is known; else the newest one; nil if nothing is waited for.
    package var longest: Wait? {
        state.withLock { state in
            let known = state.waits.values.filter { $0.end != nil }
            return known.max { ($0.end ?? .zero) < ($1.end ?? .zero) } ?? state.waits.max { $0.key < $1.key }?.value
        }
    }
}

extension SharedObjects {
    /// What the calls of a pipeline wait for just now.
    ///
    /// Runs of one key exclude each other, so none has the waits of another.
    package func waits(of run: RunIdentity) -> OpenWaits { object("waits \(run.key)") { OpenWaits() } }
}

extension StageContext {
    /// What the calls of the pipeline wait for just now.
    package var waits: OpenWaits { shared.waits(of: run) }
}
