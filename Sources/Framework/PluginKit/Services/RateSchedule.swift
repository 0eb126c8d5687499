/// Gives out moments: no more than so many in any window of time, whoever asks when.
///
/// Turns are numbered in the order of their callers. A turn's moment lies
///
///     at least `per` behind that of the turn `requests` before it
///     at least where a bucket of `burst` tokens has one, that gets `requests` in each `per`
///
/// and so no window [t, t + per) has more than `requests`: of the turns whose numbers leave the same remainder when
/// divided by `requests`, it has at most one. What counts is when a caller really went; if it overslept, the turns that
/// count on it are moved.
package struct RateSchedule: Sendable {
    private enum State {
        case waits
        /// The caller gave it up, and another may have it.
        case isFree
        case isOver
    }

    private struct Turn {
        var moment: Duration
        var state = State.waits
    }

    private let requests: Int
    private let per: Duration
    /// How far apart turns are when all tokens are used.
    private let interval: Duration
    /// How far the bucket can run ahead of its tokens.
    private let slack: Duration
    /// When the bucket would be full, less its `slack`.
    private var filled: Duration
    /// The turns that are not over, or that later ones count on.
    private var turns: [Turn] = []
    /// The number of the first of them.
    private var first = 0
    /// With so many, those that are no longer needed are taken out.
    private var limit = 64
    /// Turns that were given up, the earliest first.
    private var free: [Int] = []
    /// Nobody goes before this moment.
    private var blocked = Duration.zero

    /// A schedule in which no moment is given yet.
    ///
    /// - Parameters:
    ///   - requests: How many in a window, at least 1.
    ///   - per: How long a window is.
    ///   - burst: How many at once, from 1 to `requests`.
    package init(requests: Int, per: Duration, burst: Int) {
        precondition(1...requests ~= burst && per > .zero, "a limit has at least one request in some time")
        self.requests = requests
        self.per = per
        interval = per / requests
        slack = interval * (burst - 1)
        filled = .zero
    }

    /// The number of a new turn.
    package mutating func reserve(now: Duration) -> Int {
        if let number = freeTurn(behind: now) { return number }
        var moment = max(now, blocked, filled - slack)
        if turns.count >= requests { moment = max(moment, turns[turns.count - requests].moment + per) }
        filled = max(filled, moment) + interval
        turns.append(Turn(moment: moment))
        if turns.count >= limit { tidy() }
        return first + turns.count - 1
    }

    /// A turn that was given up and is still to come.
    private mutating func freeTurn(behind now: Duration) -> Int? {
        while let number = free.first {
            free.removeFirst()
            // One in the past stays free for good: used now, it would count as earlier than it is.
            guard turns[number - first].moment >= now else { continue }
            turns[number - first].state = .waits
            return number
        }
        return nil
    }

    /// Takes a turn, if its moment has come.
    ///
    /// - Parameters:
    ///   - number: The turn, reserved and not yet taken.
    ///   - now: When it is.
    /// - Returns: When to ask again; nil if the turn is taken.
    package mutating func take(_ number: Int, now: Duration) -> Duration? {
        let index = number - first
        guard turns[index].moment <= now else { return turns[index].moment }
        guard !isOvertaking(index) else {
            // The caller before it is about to wake up, and goes first.
            move(number, to: now + per)
            return now + per
        }
        turns[index].state = .isOver
        move(number, to: now)
        return nil
    }

    /// Whether a turn counts on one whose caller has not gone yet.
    private func isOvertaking(_ index: Int) -> Bool {
        for before in stride(from: index - requests, through: 0, by: -requests) {
            switch turns[before].state {
            case .waits: return true
            case .isOver: return false
            case .isFree: continue
            }
        }
        return false
    }

    /// Moves a turn to a later moment, and with it those that count on it.
    private mutating func move(_ number: Int, to moment: Duration) {
        var moment = moment
        for index in stride(from: number - first, to: turns.count, by: requests) {
            guard turns[index].moment < moment else { return }
            turns[index].moment = moment
            moment += per
        }
    }

    /// Gives up a turn that was not taken.
    package mutating func giveBack(_ number: Int) {
        turns[number - first].state = .isFree
        free.insert(number, at: free.firstIndex { $0 > number } ?? free.count)
    }

    /// Moves all turns that are not taken behind a moment, and begins with an empty bucket there.
    package mutating func block(until moment: Duration) {
        guard moment > blocked else { return }
        blocked = moment
        var shift = Duration.zero
        for turn in turns { if case .waits = turn.state { shift = max(shift, moment - turn.moment) } }
        for index in turns.indices {
            if case .isOver = turns[index].state { continue }
            turns[index].moment += shift
        }
        filled = max(filled + shift, moment + slack)
    }

    /// Takes out turns that nothing counts on any more.
    private mutating func tidy() {
        let needed = turns.count - requests
        var count = 0
        while count < needed {
            if case .waits = turns[count].state { break }
            count += 1
        }
        turns.removeFirst(max(0, count))
        first += max(0, count)
        free.removeAll { $0 < first }
        limit = max(64, 2 * turns.count)
    }
}
