internal import PluginKit

/// Gives out moments: no more than so many in any window of time, whoever asks when.
///
/// Turns are numbered in the order of their callers. A turn's moment lies
///
///     at least `per` behind that of the turn `requests` before it, for each window that holds
///     at least where a bucket of `burst` tokens has one, that gets `requests` in each `per`
///     behind the end of an allowance that is used up
///
/// and so no window [t, t + per) has more than `requests`: of the turns whose numbers leave the same remainder when
/// divided by `requests`, it has at most one. What counts is when a caller really went; if it overslept, the turns that
/// count on it are moved.
package struct RateSchedule: Sendable {
    /// So many in any time of a length.
    package struct Window: Sendable, Hashable {
        /// How many.
        package let requests: Int
        /// How long the time is.
        package let per: Duration

        /// At least one, in some time.
        package init(requests: Int, per: Duration) {
            precondition(requests > 0 && per > .zero, "a limit has at least one request in some time")
            self.requests = requests
            self.per = per
        }

        /// How far apart requests are that come evenly.
        fileprivate var interval: Duration { per / requests }
    }

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

    /// What there may still be before a moment.
    private struct Allowance {
        var left: Int
        var until: Duration
    }

    /// The windows that hold: the one that was configured, and the one that the other side has told of, unless it is wider.
    private var windows: [Window]
    private let burst: Int
    /// How far apart turns are when all tokens are used.
    private var interval: Duration
    /// How far the bucket can run ahead of its tokens.
    private var slack: Duration
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
    package private(set) var blocked = Duration.zero
    private var allowance: Allowance?

    /// A schedule in which no moment is given yet.
    ///
    /// - Parameters:
    ///   - requests: How many in a window, at least 1.
    ///   - per: How long a window is.
    ///   - burst: How many at once, from 1 to `requests`.
    package init(requests: Int, per: Duration, burst: Int) {
        precondition(1...requests ~= burst, "at least one goes at once, and no more than in a window")
        let window = Window(requests: requests, per: per)
        windows = [window]
        self.burst = burst
        interval = window.interval
        slack = window.interval * (burst - 1)
        filled = .zero
    }

    /// When the bucket has a token; one that holds a whole window always has, since the windows say the rest.
    private var nextToken: Duration { burst < windows[0].requests ? filled - slack : .zero }

    /// The number of a new turn.
    package mutating func reserve(now: Duration) -> Int {
        if let number = freeTurn(behind: now) { return number }
        var moment = max(now, blocked, nextToken)
        for window in windows where turns.count >= window.requests {
            moment = max(moment, turns[turns.count - window.requests].moment + window.per)
        }
        if let allowance, moment < allowance.until {
            if allowance.left > 0 { self.allowance?.left -= 1 } else { moment = allowance.until }
        }
        append(Turn(moment: moment))
        return first + turns.count - 1
    }

    /// Takes a turn, if there is one for who comes now; otherwise nothing has changed.
    package mutating func goesAtOnce(now: Duration) -> Bool {
        guard free.isEmpty, now >= blocked, now >= nextToken else { return false }
        for window in windows where turns.count >= window.requests {
            let before = turns[turns.count - window.requests]
            guard case .isOver = before.state, before.moment + window.per <= now else { return false }
        }
        if let allowance, now < allowance.until {
            guard allowance.left > 0 else { return false }
            self.allowance?.left -= 1
        }
        append(Turn(moment: now, state: .isOver))
        return true
    }

    private mutating func append(_ turn: Turn) {
        filled = max(filled, turn.moment) + interval
        turns.append(turn)
        if turns.count >= limit { tidy() }
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
        for window in windows where isOvertaking(index, in: window) {
            // The caller before it is about to wake up, and goes first.
            move(index, to: now + window.per)
            return turns[index].moment
        }
        turns[index].state = .isOver
        move(index, to: now)
        return nil
    }

    /// Whether a turn counts on one whose caller has not gone yet.
    private func isOvertaking(_ index: Int, in window: Window) -> Bool {
        for before in stride(from: index - window.requests, through: 0, by: -window.requests) {
            switch turns[before].state {
            case .waits: return true
            case .isOver: return false
            case .isFree: continue
            }
        }
        return false
    }

    /// Moves a turn to a later moment, and with it those that count on it.
    private mutating func move(_ index: Int, to moment: Duration) {
        guard turns[index].moment < moment else { return }
        turns[index].moment = moment
        keepApart(behind: index)
    }

    /// Moves turns behind those that they count on.
    private mutating func keepApart(behind index: Int) {
        guard index + 1 < turns.count else { return }
        for later in (index + 1)..<turns.count {
            for window in windows where later - window.requests >= 0 {
                if case .isOver = turns[later].state { continue }
                let earliest = turns[later - window.requests].moment + window.per
                if turns[later].moment < earliest { turns[later].moment = earliest }
            }
        }
    }

    /// Gives up a turn that was not taken.
    package mutating func giveBack(_ number: Int) {
        turns[number - first].state = .isFree
        free.insert(number, at: free.firstIndex { $0 > number } ?? free.count)
    }

    /// Moves all turns that are not taken behind a moment; a bucket that holds less than a window is empty there.
    package mutating func block(until moment: Duration) {
        guard moment > blocked else { return }
        blocked = moment
        shift(behind: moment) { _ in true }
        filled = max(filled, moment + slack)
    }

    /// Moves turns that are not taken behind a moment, in their order and with their distances.
    private mutating func shift(behind moment: Duration, where isMoved: (Int) -> Bool) {
        var shift = Duration.zero
        for (index, turn) in turns.enumerated() where isMoved(index) {
            if case .waits = turn.state { shift = max(shift, moment - turn.moment) }
        }
        for index in turns.indices where isMoved(index) {
            if case .isOver = turns[index].state { continue }
            turns[index].moment += shift
        }
        filled += shift
    }

    /// Takes out turns that nothing counts on any more.
    private mutating func tidy() {
        let needed = turns.count - (windows.map(\.requests).max() ?? 0)
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

extension RateSchedule {
    /// Holds a window that the other side tells of, beside the one that was configured; what it has told before no longer
    /// holds.
    ///
    /// One that takes as many in the same or a shorter time changes nothing.
    package mutating func adopt(_ window: Window) {
        let own = windows[0]
        let isImplied = window.requests >= own.requests && window.per <= own.per
        windows = isImplied ? [own] : [own, window]
        // A bucket that holds a whole window does nothing that the windows do not do.
        if burst < own.requests {
            interval = windows.map(\.interval).max() ?? interval
            slack = interval * (min(burst, windows.map(\.requests).min() ?? burst) - 1)
        }
        keepApart(behind: -1)
    }

    /// The window that the other side has told of, if it is stricter than the configured one.
    package var told: Window? { windows.count > 1 ? windows[1] : nil }

    /// Lets no more than so many go before a moment, those who wait already included.
    ///
    /// Of what is said of one time, the least holds: answers overtake one another.
    package mutating func allow(_ count: Int, until moment: Duration, now: Duration) {
        guard moment > now else { return }
        var left = max(0, count)
        if let allowance, allowance.until > now {
            if moment < allowance.until, left >= allowance.left { return }
            // What is left before the old moment is known; of a new time, only the new count is.
            if moment <= allowance.until + .seconds(1) { left = min(left, allowance.left + waiting(before: moment)) }
        }
        let end = max(moment, allowance?.until ?? moment)
        let turnedAway = turns.indices.first { index in
            if case .isOver = turns[index].state { return false }
            guard turns[index].moment < end else { return false }
            left -= 1
            return left < 0
        }
        allowance = Allowance(left: max(0, left), until: end)
        guard let turnedAway else { return }
        shift(behind: end) { $0 >= turnedAway }
        keepApart(behind: -1)
    }

    private func waiting(before moment: Duration) -> Int {
        turns.count { turn in
            if case .isOver = turn.state { return false }
            return turn.moment < moment
        }
    }
}

extension RateSchedule {
    /// Some that went close together, and when the last of them did.
    package typealias Group = (count: Int, moment: Int64)

    /// When those went who count in the longest window that holds, the earliest first.
    ///
    /// - Parameters:
    ///   - now: When it is.
    ///   - wall: The same moment, in milliseconds since 1970-01-01T00:00:00Z.
    ///   - most: How many groups to make of them at most; those of a group count as the last of them.
    /// - Returns: Groups with moments like `wall`, none earlier than it was.
    package func recent(now: Duration, wall: Int64, inGroups most: Int = .max) -> [Group] {
        let begin = now - (windows.map(\.per).max() ?? .zero)
        func counts(_ turn: Turn) -> Bool { if case .isOver = turn.state { turn.moment > begin } else { false } }
        let number = turns.count(where: counts)
        let size = max(1, (number - 1) / most + 1)
        var groups: [Group] = []
        groups.reserveCapacity(number / size + 1)
        var inGroup = 0
        var seen = 0
        for turn in turns where counts(turn) {
            inGroup += 1
            seen += 1
            // Moments are made of the last ones only: that takes longer than all the rest.
            guard inGroup == size || seen == number else { continue }
            groups.append((inGroup, wall.subtracting(clamped: (now - turn.moment).milliseconds)))
            inGroup = 0
        }
        return groups
    }

    /// A schedule that goes on where another one was, in this process or an earlier one.
    ///
    /// - Parameters:
    ///   - requests: How many in a window, at least 1.
    ///   - per: How long a window is.
    ///   - burst: How many at once, from 1 to `requests`.
    ///   - recent: When the others went, the earliest first, in milliseconds since 1970-01-01T00:00:00Z. What lies in the
    ///     future, because somebody has moved the clock, counts as now.
    ///   - now: When it is.
    ///   - wall: The same moment, in milliseconds since 1970-01-01T00:00:00Z.
    package init(
        requests: Int,
        per: Duration,
        burst: Int,
        resuming recent: [Int64],
        now: Duration,
        wall: Int64
    ) {
        self.init(requests: requests, per: per, burst: burst)
        resume(recent, now: now, wall: wall)
    }

    /// Counts those who went elsewhere as if they had gone here; nothing changes if somebody has gone already, or waits.
    ///
    /// - Parameters:
    ///   - recent: When the others went, in milliseconds since 1970-01-01T00:00:00Z.
    ///   - now: When it is.
    ///   - wall: The same moment, in milliseconds since 1970-01-01T00:00:00Z.
    package mutating func resume(_ recent: [Int64], now: Duration, wall: Int64) {
        guard turns.isEmpty, first == 0 else { return }
        for moment in recent.sorted() {
            let gone = now - .milliseconds(max(0, wall.subtracting(clamped: moment)))
            // An empty bucket has nothing before the first of them.
            if turns.isEmpty { filled = min(filled, gone) }
            append(Turn(moment: gone, state: .isOver))
        }
    }
}
