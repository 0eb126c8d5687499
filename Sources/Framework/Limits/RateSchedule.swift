internal import PluginKit

/// Assigns slots to calls: at most `requests` in any window of `per`.
///
/// Turns are numbered in the order of their callers. The slot of a turn is the latest of
///
///     the slot of the turn `requests` before it plus `per`, for each window in force
///     the next token of a bucket of `burst` tokens, which gets `requests` tokens in each `per`
///     the end of an allowance that is used up
///
/// so no window [t, t + per) has more than `requests`: of the turns whose numbers are equal modulo `requests`, it has
/// at most one. The time at which a caller really passed counts; if it passed late, the turns that depend on it are
/// moved.
package struct RateSchedule: Sendable {
    /// A limit: at most `requests` in any time span of `per`.
    package struct Window: Sendable, Hashable {
        /// The number of calls.
        package let requests: Int
        /// The length of the time span.
        package let per: Duration

        /// Creates a window; both numbers must be greater than zero.
        package init(requests: Int, per: Duration) {
            precondition(requests > 0 && per > .zero, "a limit needs at least one request and a time span")
            self.requests = requests
            self.per = per
        }

        /// The distance between calls that are evenly spread.
        fileprivate var interval: Duration { per / requests }
    }

    private enum State {
        case waits
        /// The caller gave it up, and another caller may take it.
        case isFree
        case isOver
    }

    private struct Turn {
        var moment: Duration
        var state = State.waits
    }

    /// The number of calls still allowed before a time.
    private struct Allowance {
        var left: Int
        var until: Duration
    }

    /// The windows in force: the configured one, and the one that the server has reported unless it is wider.
    private var windows: [Window]
    private let burst: Int
    /// The distance between turns when no token is left.
    private var interval: Duration
    /// How far the bucket can run ahead of its tokens.
    private var slack: Duration
    /// When the bucket would be full, less its `slack`.
    private var filled: Duration
    /// The turns that are not over or that later ones depend on.
    private var turns: [Turn] = []
    /// The number of the first of `turns`.
    private var first = 0
    /// The number of turns at which those no longer needed are removed.
    private var limit = 64
    /// Turns that were given up, the earliest first.
    private var free: [Int] = []
    /// No call passes before this time.
    package private(set) var blocked = Duration.zero
    private var allowance: Allowance?

    /// Creates an empty schedule.
    ///
    /// - Parameters:
    ///   - requests: The number of calls allowed in a window, at least 1.
    ///   - per: The length of the window.
    ///   - burst: The number of calls allowed together, from 1 to `requests`.
    package init(requests: Int, per: Duration, burst: Int) {
        precondition(1...requests ~= burst, "burst is from 1 to requests")
        let window = Window(requests: requests, per: per)
        windows = [window]
        self.burst = burst
        interval = window.interval
        slack = window.interval * (burst - 1)
        filled = .zero
    }

    /// When the bucket has its next token; a bucket that holds a whole window always has one: the windows alone limit
    /// it.
    private var nextToken: Duration { burst < windows[0].requests ? filled - slack : .zero }

    /// Reserves a turn and returns its number.
    package mutating func reserve(now: Duration) -> Int {
        if let number = freeTurn(after: now) { return number }
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

    /// Takes a turn if one is available now; otherwise changes nothing.
    package mutating func passesImmediately(now: Duration) -> Bool {
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

    /// A turn that was given up and is not in the past.
    private mutating func freeTurn(after now: Duration) -> Int? {
        while let number = free.first {
            free.removeFirst()
            // A slot in the past is never reused: it would count as earlier than the call is.
            guard turns[number - first].moment >= now else { continue }
            turns[number - first].state = .waits
            return number
        }
        return nil
    }

    /// Takes a turn if its slot has come.
    ///
    /// - Parameters:
    ///   - number: The number of the turn, reserved and not yet taken.
    ///   - now: The current time.
    /// - Returns: When to ask again; nil if the turn is taken.
    package mutating func take(_ number: Int, now: Duration) -> Duration? {
        let index = number - first
        guard turns[index].moment <= now else { return turns[index].moment }
        for window in windows where isOvertaking(index, in: window) {
            // The caller of an earlier turn is about to wake up and passes first.
            move(index, to: now + window.per)
            return turns[index].moment
        }
        turns[index].state = .isOver
        move(index, to: now)
        return nil
    }

    /// Whether a turn depends on one whose caller has not passed yet.
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

    /// Moves a turn to a later time, and the turns that depend on it.
    private mutating func move(_ index: Int, to moment: Duration) {
        guard turns[index].moment < moment else { return }
        turns[index].moment = moment
        keepApart(after: index)
    }

    /// Moves turns to at least one window after those that they depend on.
    private mutating func keepApart(after index: Int) {
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

    /// Moves all turns that are not taken past a time; a bucket that holds less than a window is empty then.
    package mutating func block(until moment: Duration) {
        guard moment > blocked else { return }
        blocked = moment
        shift(past: moment) { _ in true }
        filled = max(filled, moment + slack)
    }

    /// Moves turns that are not taken past a time; their order and distances stay the same.
    private mutating func shift(past moment: Duration, where isMoved: (Int) -> Bool) {
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

    /// Removes turns that no other turn depends on.
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
    /// Applies a window that the server has reported, in addition to the configured one; it replaces the window
    /// reported before.
    ///
    /// A window that accepts as many calls in the same or a shorter time changes nothing.
    package mutating func adopt(_ window: Window) {
        let own = windows[0]
        let isImplied = window.requests >= own.requests && window.per <= own.per
        windows = isImplied ? [own] : [own, window]
        // A bucket that holds a whole window adds nothing to the windows.
        if burst < own.requests {
            interval = windows.map(\.interval).max() ?? interval
            slack = interval * (min(burst, windows.map(\.requests).min() ?? burst) - 1)
        }
        keepApart(after: -1)
    }

    /// The window that the server has reported, if it is stricter than the configured one.
    package var reported: Window? { windows.count > 1 ? windows[1] : nil }

    /// Lets at most `count` calls pass before a time, including those that are already waiting.
    ///
    /// Of several reports about the same time, the lowest holds: answers may arrive out of order.
    package mutating func allow(_ count: Int, until moment: Duration, now: Duration) {
        guard moment > now else { return }
        var left = max(0, count)
        if let allowance, allowance.until > now {
            if moment < allowance.until, left >= allowance.left { return }
            // What is left before the old time is known; for a new time, only the new count is.
            if moment <= allowance.until + .seconds(1) { left = min(left, allowance.left + waiting(before: moment)) }
        }
        let end = max(moment, allowance?.until ?? moment)
        let refused = turns.indices.first { index in
            if case .isOver = turns[index].state { return false }
            guard turns[index].moment < end else { return false }
            left -= 1
            return left < 0
        }
        allowance = Allowance(left: max(0, left), until: end)
        guard let refused else { return }
        shift(past: end) { $0 >= refused }
        keepApart(after: -1)
    }

    private func waiting(before moment: Duration) -> Int {
        turns.count { turn in
            if case .isOver = turn.state { return false }
            return turn.moment < moment
        }
    }
}

extension RateSchedule {
    /// Calls that passed close together: how many, and when the last of them passed.
    package typealias Group = (count: Int, moment: Int64)

    /// When the calls passed that count in the longest window in force, the earliest first.
    ///
    /// - Parameters:
    ///   - now: The current time.
    ///   - wall: The current time in milliseconds since 1970-01-01T00:00:00Z.
    ///   - most: The maximum number of groups; calls in a group count as the last of them.
    /// - Returns: Groups with timestamps in the unit of `wall`, none earlier than its calls.
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
            // Only the timestamp of a group's last call is computed: that is the slowest part.
            guard inGroup == size || seen == number else { continue }
            groups.append((inGroup, wall.subtracting(clamped: (now - turn.moment).milliseconds)))
            inGroup = 0
        }
        return groups
    }

    /// Creates a schedule that resumes where another one stopped, in this process or an earlier one.
    ///
    /// - Parameters:
    ///   - requests: The number of calls allowed in a window, at least 1.
    ///   - per: The length of the window.
    ///   - burst: The number of calls allowed together, from 1 to `requests`.
    ///   - recent: When the earlier calls passed, the earliest first, in milliseconds since 1970-01-01T00:00:00Z. A
    ///     time in the future, after the clock was set back, counts as now.
    ///   - now: The current time.
    ///   - wall: The current time in milliseconds since 1970-01-01T00:00:00Z.
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

    /// Counts calls made elsewhere as if they had passed here; does nothing if a call has already passed or is waiting.
    ///
    /// - Parameters:
    ///   - recent: When the other calls passed, in milliseconds since 1970-01-01T00:00:00Z.
    ///   - now: The current time.
    ///   - wall: The current time in milliseconds since 1970-01-01T00:00:00Z.
    package mutating func resume(_ recent: [Int64], now: Duration, wall: Int64) {
        guard turns.isEmpty, first == 0 else { return }
        for moment in recent.sorted() {
            let passed = now - .milliseconds(max(0, wall.subtracting(clamped: moment)))
            // An empty bucket has no tokens from before the first of them.
            if turns.isEmpty { filled = min(filled, passed) }
            append(Turn(moment: passed, state: .isOver))
        }
    }
}
