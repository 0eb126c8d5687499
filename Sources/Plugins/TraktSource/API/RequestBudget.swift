internal import Formats
package import PluginKit

/// How many requests may still be made: a limit for all who share it, also from run to run.
///
/// No window of the limit's length ever holds more requests than the limit allows. What the server says of its limit
/// is taken up with every answer; whoever else uses the account is known from what the server has left.
///
///     ──●●●●●──●●──●●●●──●──┤now     sent: those of the last window count
///            ╰──── window ──╯
package final class RequestBudget: Sendable {
    private let state: Guarded<State>
    private let time: any TimeSource
    private let kept: any KeptValues
    private let key: String
    /// What to add to the clock for the time since 1970.
    private let sinceEpoch: Duration

    private struct State {
        var limit: Int
        var period: Duration
        /// When requests were made, the earliest first.
        var sent: [Duration] = []
        /// Requests of others that the server has counted, until the end of its window.
        var foreign = 0
        var foreignEnd = Duration.zero
        /// Nobody goes before.
        var blocked = Duration.zero
        /// How often in a row the server gave no reason for its refusal.
        var refusals = 0
        var isLoaded = false
        /// So many requests more are written down as made, until then.
        var booked = 0
        var bookedUntil = Duration.zero
        /// Somebody is writing down.
        var isBooking = false

        mutating func forget(before moment: Duration) {
            let count = sent.firstIndex { $0 > moment } ?? sent.count
            if count > 0 { sent.removeFirst(count) }
        }
    }

    /// So many requests are written down at once, before they are made.
    private static let booking = 25
    /// How long they may take to be made.
    private static let bookingLife = Duration.seconds(10)
    /// Requests do not arrive as evenly as they leave.
    private static let margin = Duration.seconds(1)

    /// A budget that nobody has used yet, except in earlier runs.
    ///
    /// - Parameters:
    ///   - key: What it is kept as.
    ///   - limit: How many requests in a period, until the server says something else.
    ///   - period: How long a period is.
    ///   - time: The clock.
    ///   - kept: Where it outlives the run.
    ///   - clock: The time since 1970; nil for the machine's.
    package init(
        key: String,
        limit: Int = 1000,
        period: Duration = .seconds(300),
        time: any TimeSource,
        kept: any KeptValues,
        clock: WallClock? = nil
    ) {
        self.key = key
        self.time = time
        self.kept = kept
        sinceEpoch = .seconds((clock ?? WallClock(time)).seconds - time.now.components.seconds)
        state = Guarded(State(limit: limit, period: period))
    }

    // MARK: Going

    private enum Answer {
        case go
        case wait(until: Duration)
        case load
        case book
    }

    /// Waits until a request may be made, and counts it.
    ///
    /// - Throws: `CancellationError`, and what is wrong with the state folder.
    package func turn() async throws {
        while true {
            let now = time.now
            switch state.withLock({ Self.ask(&$0, now) }) {
            case .go: return
            case .wait(let moment): try await time.sleep(until: moment)
            case .load: try await load()
            case .book: try await book(Self.booking)
            }
        }
    }

    private static func ask(_ state: inout sending State, _ now: Duration) -> Answer {
        guard state.isLoaded else { return .load }
        let window = state.period + margin
        state.forget(before: now - window)
        if state.blocked > now { return .wait(until: state.blocked) }
        if state.foreignEnd <= now { state.foreign = 0 }
        let most = state.limit - state.foreign
        if most <= 0 { return .wait(until: state.foreignEnd) }
        if state.sent.count >= most {
            var moment = state.sent[state.sent.count - most] + window
            if state.foreign > 0 { moment = min(moment, state.foreignEnd) }
            return .wait(until: max(moment, now + .milliseconds(1)))
        }
        if state.booked == 0 || state.bookedUntil <= now {
            // One writes down, the others come a moment later.
            if state.isBooking { return .wait(until: now + .milliseconds(1)) }
            state.isBooking = true
            return .book
        }
        state.booked -= 1
        state.sent.append(now)
        return .go
    }

    // MARK: What the server says

    /// Takes up what an answer says of the limit, other than that it is exceeded.
    package func note(_ headers: HTTPHeaders) {
        state.withLock { $0.refusals = 0 }
        guard let said = RateHeader(headers["X-Ratelimit"]) else { return }
        let now = time.now
        let end = said.until.map { now + min(max(.zero, $0 - (sinceEpoch + now)), said.period) }
        state.withLock { state in
            state.limit = said.limit
            state.period = said.period
            guard let remaining = said.remaining, let end, end > now else { return }
            let start = end - said.period
            let own = state.sent.count { $0 > start }
            // Of ours, some may be on their way and not counted there yet: they make the number of others smaller, never larger.
            let foreign = max(0, said.limit - remaining - own)
            guard foreign > state.foreign || state.foreignEnd <= now else { return }
            state.foreign = foreign
            state.foreignEnd = end + Self.margin
        }
    }

    /// Holds everybody back because the server has refused a request.
    ///
    /// - Returns: For how long.
    package func refused(_ headers: HTTPHeaders) -> Duration {
        let now = time.now
        let said = RateHeader(headers["X-Ratelimit"])
        return state.withLock { state in
            if let said { (state.limit, state.period) = (said.limit, said.period) }
            var pause: Duration
            if let seconds = headers["Retry-After"].flatMap({ Int($0) }), seconds >= 0 {
                pause = .seconds(min(seconds, 3600))
            } else if let until = said?.until {
                pause = min(max(.seconds(1), until - (sinceEpoch + now)), said?.period ?? .seconds(300))
            } else {
                pause = .seconds(min(300, 30 << min(state.refusals, 4)))
                // What is refused at the same moment is one refusal.
                if state.blocked <= now { state.refusals += 1 }
            }
            pause = max(pause, .milliseconds(100))
            state.blocked = max(state.blocked, now + pause)
            return pause
        }
    }

    // MARK: From run to run

    /// Writes down what was really used.
    ///
    /// - Throws: what is wrong with the state folder.
    package func settle() async throws { if state.withLock({ $0.isLoaded }) { try await book(0) } }

    private func load() async throws {
        let bytes = try await kept.value(of: key) ?? []
        let now = time.now
        let moments = Self.moments(bytes).map { min($0 - sinceEpoch, now) }
        state.withLock { state in
            guard !state.isLoaded else { return }
            state.isLoaded = true
            state.sent = moments.sorted()
            state.forget(before: now - state.period - Self.margin)
        }
    }

    /// Writes down the requests of the last window and so many more, which are made soon.
    private func book(_ count: Int) async throws {
        let now = time.now
        let bytes = state.withLock { state in
            Self.bytes(
                (state.sent + Array(repeating: now + Self.bookingLife, count: count)).map { $0 + sinceEpoch }
            )
        }
        defer { state.withLock { $0.isBooking = false } }
        try await kept.keep(bytes, as: key)
        state.withLock { state in
            state.booked = count
            state.bookedUntil = now + Self.bookingLife
        }
    }

    /// Moments as seconds since 1970, each with how many requests were made until then.
    private static func bytes(_ moments: [Duration]) -> [UInt8] {
        var writer = StateWriter()
        var counts: [(second: Int64, count: Int64)] = []
        for moment in moments {
            let second = moment.components.seconds + 1
            if let last = counts.indices.last, counts[last].second == second {
                counts[last].count += 1
            } else {
                counts.append((second, 1))
            }
        }
        writer.write(Int64(counts.count))
        for entry in counts {
            writer.write(entry.second)
            writer.write(entry.count)
        }
        return writer.bytes
    }

    private static func moments(_ bytes: [UInt8]) -> [Duration] {
        var reader = StateReader(bytes)
        var moments: [Duration] = []
        // What cannot be read counts for nothing: the server says what is left.
        guard let count = try? reader.readCount() else { return [] }
        for _ in 0..<count {
            guard let second = try? reader.readInteger(), let number = try? reader.readInteger() else { return moments }
            moments += Array(repeating: .seconds(second), count: Int(max(0, min(number, 10_000))))
        }
        return moments
    }
}

/// `{"name":"UNAUTHED_API_GET_LIMIT","period":300,"limit":1000,"remaining":0,"until":"2020-10-10T00:24:00Z"}`.
private struct RateHeader {
    let limit: Int
    let period: Duration
    let remaining: Int?
    /// The end of the window, since 1970.
    let until: Duration?

    init?(_ text: String?) {
        guard let text, let json = try? JSONValue(parsing: Array(text.utf8), name: "X-Ratelimit"),
            let limit = json["limit"]?.integer, 1...1_000_000 ~= limit
        else { return nil }
        self.limit = Int(limit)
        period = .seconds(json["period"]?.integer.flatMap { 1...86_400 ~= $0 ? $0 : nil } ?? 300)
        remaining = json["remaining"]?.integer.flatMap { Int(exactly: $0) }
        until = json["until"]?.string.flatMap { ISO8601.milliseconds(of: Array($0.utf8).span) }.map {
            .milliseconds($0)
        }
    }
}
