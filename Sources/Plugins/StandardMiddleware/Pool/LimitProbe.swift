/// Tracks whether the calls that show the effect of an increase have ended.
///
///     ──increase─────────all places are in use──────────────▶
///         ╰── begun in between, or at one of the two ──╯   the probe is over when none of these is in progress
///
/// A refusal may take longer than an answer. Judging by the duration of answers alone, the limit would grow again and
/// again before the first refusal arrives.
///
/// Callers read the clock before they call this, so times may be slightly out of order. A call that was counted is
/// always found again; at worst, one that was not counted ends the probe early. Times are nanoseconds of the clock.
struct LimitProbe: Sendable {
    /// The phase between the increase and the end of the last of its calls.
    private enum Phase {
        case over
        /// Not all places have been in use yet; the last call began at `until`.
        case opens(from: Int64, until: Int64)
        /// All places were in use. Calls that begin later are not part of the probe.
        case closed(ClosedRange<Int64>)
    }

    private var phase = Phase.over
    /// How many calls of the probe are in progress.
    private var underway = 0
    /// When the last call began, and how many calls that began then are in progress.
    private var latest = Int64(0)
    private var begunAtLatest = 0

    /// Whether there is nothing to wait for.
    var isOver: Bool {
        switch phase {
        case .over: true
        case .opens: false
        case .closed: underway <= 0
        }
    }

    /// Begins a probe after an increase.
    mutating func open(now: Int64) {
        phase = .opens(from: now, until: now)
        // Calls that began at the same time cannot be told apart.
        underway = latest == now ? begunAtLatest : 0
    }

    /// Ends the probe early.
    mutating func abandon() { phase = .over }

    /// Notes that a call has begun.
    ///
    /// - Parameters:
    ///   - now: The current time.
    ///   - isLast: Whether the call takes the last place.
    mutating func begin(now: Int64, isLast: Bool) {
        if latest != now { (latest, begunAtLatest) = (now, 0) }
        begunAtLatest += 1
        guard contains(now) else { return }
        underway += 1
        guard case .opens(let first, let until) = phase else { return }
        let last = max(until, now)
        phase = isLast ? .closed(first...last) : .opens(from: first, until: last)
    }

    /// Notes that a call has ended that began at `begun`.
    mutating func end(begun: Int64) {
        if begun == latest, begunAtLatest > 0 { begunAtLatest -= 1 }
        if contains(begun) { underway -= 1 }
    }

    /// Whether a call that began at `begun` is part of the probe.
    func contains(_ begun: Int64) -> Bool {
        switch phase {
        case .over: false
        case .opens(let first, _): begun >= first
        case .closed(let moments): moments ~= begun
        }
    }
}
