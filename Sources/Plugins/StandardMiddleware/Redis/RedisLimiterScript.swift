internal import PluginKit
internal import Redis

/// What the Redis server does for a limit, as one step and by its own clock.
///
/// It keeps three things under the limit's name:
///
///     a hash      numbers, when a bucket of tokens would be full, until when nobody goes, and of which life all that is
///     a list      the moments of the last `requests` turns, given or not, the earliest first
///     a set       moments that were given back, and may be given again
///
/// The moment of a new turn lies where the bucket has a token, behind the turn before it, and a window and the time that
/// a leave is good behind the turn `requests` before it. Whoever goes does so from that moment on, for as long as a leave is
/// good: so no window has more than `requests`.
///
/// A server that was started anew may have forgotten turns, or remember an old state: nobody goes then before a window
/// has passed since its start.
struct RedisLimiterScript: Sendable {
    /// A moment that the server has promised.
    struct Place: Sendable, Hashable {
        /// In microseconds of the server's clock.
        let moment: String
        /// Which life of the limit's state it belongs to; the server voids those of an earlier one.
        let life: String
    }

    /// What the server says.
    enum Answer: Sendable, Hashable {
        /// Go, within so long of asking.
        case go(within: Duration)
        /// Ask again for this moment, behind so long.
        case wait(Place, Duration)
    }

    private static let script = RedisScript(
        """
        local act, numbers, count = ARGV[1], ARGV[2], tonumber(ARGV[3])
        local window, leave, interval, slack = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
        local time = redis.call('TIME')
        local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
        local function whole(number) return string.format('%.0f', number) end

        local state = redis.call('HMGET', KEYS[1], 'numbers', 'full', 'closed', 'run', 'life')
        if state[1] and state[1] ~= numbers then return {'differs', state[1]} end
        local full, closed, life = tonumber(state[2] or 0), tonumber(state[3] or 0), state[5]

        local info = redis.pcall('INFO', 'server')
        local run, uptime = '', nil
        if type(info) == 'string' then
            run = string.match(info, 'run_id:(%x+)') or ''
            uptime = tonumber(string.match(info, 'uptime_in_seconds:(%d+)'))
        end
        if not state[1] or state[4] ~= run then
            if state[1] then
                closed = math.max(closed, now + window)
            elseif uptime then
                closed = math.max(closed, (tonumber(time[1]) - uptime + 1) * 1000000 + window)
            end
            redis.call('DEL', KEYS[2], KEYS[3])
            life = whole(now)
        end

        local function keep(last)
            redis.call('HSET', KEYS[1], 'numbers', numbers, 'full', whole(full), 'closed', whole(closed), 'run', run, 'life', life)
            local rest = whole(math.ceil((math.max(last, full, closed, now) - now + 2 * window) / 1000))
            for index = 1, 3 do redis.call('PEXPIRE', KEYS[index], rest) end
        end

        if act == 'pause' then
            closed = math.max(closed, now + tonumber(ARGV[8]))
            full = math.max(full, closed + slack)
            redis.call('DEL', KEYS[3])
            keep(closed)
            return {'paused'}
        end

        local place = tonumber(ARGV[8])
        local isMine = place and ARGV[9] == life and place >= closed
        if act == 'back' then
            if isMine and place > now then
                redis.call('ZADD', KEYS[3], place, whole(place) .. ':' .. redis.call('HINCRBY', KEYS[1], 'serial', 1))
                keep(place)
            end
            return {'taken'}
        end
        if isMine and now < place then return {'wait', whole(place), life, whole(place - now)} end
        if isMine and now <= place + leave then return {'go', whole(place + leave - now)} end

        local moment
        repeat
            local free = redis.call('ZPOPMIN', KEYS[3])
            local score = tonumber(free[2])
            if score and score >= now and score >= closed then moment = score end
        until moment or not free[1]
        if not moment then
            moment = math.max(now, closed, full - slack, tonumber(redis.call('LINDEX', KEYS[2], -1) or 0))
            local before = redis.call('LINDEX', KEYS[2], -count)
            if before then moment = math.max(moment, tonumber(before) + window) end
            redis.call('RPUSH', KEYS[2], whole(moment))
            redis.call('LTRIM', KEYS[2], -count, -1)
            full = math.max(full, moment) + interval
        end
        keep(moment)
        if moment <= now then return {'go', whole(moment + leave - now)} end
        return {'wait', whole(moment), life, whole(moment - now)}
        """
    )

    private let keys: [String]
    private let rule: RedisLimiter.Rule

    /// The script for a limit of a name.
    init(_ name: String, rule: RedisLimiter.Rule) {
        // The braces keep the three together where many servers share the keys.
        keys = ["{\(name)}", "{\(name)}:turns", "{\(name)}:free"]
        self.rule = rule
    }

    /// Asks for a turn: a new one, or the one that was promised.
    ///
    /// - Parameters:
    ///   - place: What was promised; nil for a new one.
    ///   - client: Talks with the server.
    /// - Returns: What the server says.
    /// - Throws: `RedisFailure`, `CancellationError`, `rate-limit.differs`.
    func turn(_ place: Place?, on client: RedisClient) async throws -> Answer {
        let more = place.map { [RedisCommand.Word.text($0.moment), .text($0.life)] } ?? []
        let value = try await Self.script.run(on: client, keys: keys, arguments: arguments("turn") + more)
        guard case .array(let values) = value else { throw RedisFailure.garbled("no list of words") }
        let words = values.compactMap(\.text)
        switch words.first {
        case "go" where words.count == 2:
            if let room = Int64(words[1]) { return .go(within: .microseconds(room)) }
        case "wait" where words.count == 4:
            if let wait = Int64(words[3]) {
                return .wait(Place(moment: words[1], life: words[2]), .microseconds(wait))
            }
        case "differs" where words.count == 2: throw differing(words[1])
        default: break
        }
        throw RedisFailure.garbled("words that a limit does not know")
    }

    /// Gives a place to whoever asks next, if the server is there.
    func giveBack(_ place: Place, on client: RedisClient) {
        Self.script.post(
            on: client,
            keys: keys,
            arguments: arguments("back") + [.text(place.moment), .text(place.life)]
        )
    }

    /// Lets nobody go for so long, if the server is there.
    func pause(for duration: Duration, on client: RedisClient) {
        let length = min(duration.microseconds, Self.longest)
        Self.script.post(on: client, keys: keys, arguments: arguments("pause") + [.integer(length)])
    }

    /// 285 years: the script counts microseconds in numbers that are exact so far.
    private static let longest: Int64 = 1 << 53

    private func arguments(_ act: String) -> [RedisCommand.Word] {
        let leave = rule.guardTime.microseconds
        let window = rule.per.microseconds + leave
        // Rounded up, so that the bucket never gives more than its share.
        let interval = (window + Int64(rule.requests) - 1) / Int64(rule.requests)
        return [
            .text(act), .text(rule.words), .integer(Int64(rule.requests)), .integer(window), .integer(leave),
            .integer(interval), .integer(interval * Int64(rule.burst - 1)),
        ]
    }

    /// Others share the limit with other numbers.
    private func differing(_ words: String) -> Diagnostic {
        let numbers = words.split(separator: " ").compactMap { Int64($0) }
        let theirs =
            numbers.count == 3
            ? "\(Int(numbers[0]).counted("call")) per \(Duration.microseconds(numbers[1]).words), \(numbers[2]) at once"
            : words
        return Diagnostic(
            "rate-limit.differs",
            message: "on the Redis server this limit has other numbers: \(theirs)",
            hint: """
                give all who share it the same numbers, or this one another key; the server forgets what nobody uses for \
                two windows
                """
        )
    }
}
