/// Whether those calls have come back that show what an increase has done.
///
///     ──increase─────────all places are in use──────────────▶
///         ╰── begun in between, or at one of the two ──╯   the probe is over when none of these is under way
///
/// A call that is turned away may take longer to say so than others take to be answered. Whoever looked only at how long
/// calls take would increase again, and again, before the first one is heard of.
///
/// Those who begin and end calls read the clock before they come here, so moments may be a little out of order. A call
/// that was counted is always found again; one that was not makes the probe end early at worst. Moments are nanoseconds of
/// the clock.
struct LimitProbe: Sendable {
    /// Where it is between the increase and the last of its calls.
    private enum Phase {
        case over
        /// Not all places were in use yet; the last call began at `until`.
        case opens(from: Int64, until: Int64)
        /// They were. Whatever begins later is no part of it.
        case closed(ClosedRange<Int64>)
    }

    private var phase = Phase.over
    /// How many of its calls are under way.
    private var underway = 0
    /// The moment at which the last call began, and how many of that moment are under way.
    private var latest = Int64(0)
    private var begunAtLatest = 0

    /// Whether nothing is to be waited for.
    var isOver: Bool {
        switch phase {
        case .over: true
        case .opens: false
        case .closed: underway <= 0
        }
    }

    /// Begins with an increase.
    mutating func open(now: Int64) {
        phase = .opens(from: now, until: now)
        // Calls of the same moment cannot be told apart by when they began.
        underway = latest == now ? begunAtLatest : 0
    }

    /// Gives up what it was waiting for.
    mutating func abandon() { phase = .over }

    /// Notes that a call has begun.
    ///
    /// - Parameters:
    ///   - now: When it is.
    ///   - isLast: Whether all places are in use with it.
    mutating func begin(now: Int64, isLast: Bool) {
        if latest != now { (latest, begunAtLatest) = (now, 0) }
        begunAtLatest += 1
        guard contains(now) else { return }
        underway += 1
        guard case .opens(let first, let until) = phase else { return }
        let last = max(until, now)
        phase = isLast ? .closed(first...last) : .opens(from: first, until: last)
    }

    /// Notes that a call has ended which began at a moment.
    mutating func end(begun: Int64) {
        if begun == latest, begunAtLatest > 0 { begunAtLatest -= 1 }
        if contains(begun) { underway -= 1 }
    }

    /// Whether a call that began at a moment is one of its own.
    func contains(_ begun: Int64) -> Bool {
        switch phase {
        case .over: false
        case .opens(let first, _): begun >= first
        case .closed(let moments): moments ~= begun
        }
    }
}
