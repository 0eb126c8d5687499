internal import PluginKit
internal import Redis

/// The part of a limit that runs on the Redis server: one atomic step, by the server's clock.
///
/// It keeps three keys under the limit's name:
///
///     a hash      the rule, when the bucket of tokens would be full, until when no call passes, and the life of the state
///     a list      the slots of the last `requests` turns, used or not, the earliest first
///     a set       slots that were given back and may be assigned again
///
/// A new slot is the latest of: the next token, the previous slot, and the slot `requests` places earlier plus one
/// window plus the grant's lifetime. A caller makes its call within the grant's lifetime from its slot on, so no window
/// has more than `requests` calls.
///
/// A restarted server may have lost turns or restored an old state: no call passes before one window after its start.
struct RedisLimiterScript: Sendable {
    /// A slot that the server has assigned.
    struct Place: Sendable, Hashable {
        /// In microseconds of the server's clock.
        let moment: String
        /// The life of the limit's state; the server ignores slots of an earlier one.
        let life: String
    }

    /// The server's answer.
    enum Answer: Sendable, Hashable {
        /// Make the call, within this time after asking.
        case go(within: Duration)
        /// Ask again for this slot after this time.
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

    /// Creates the script for the limit `name`.
    init(_ name: String, rule: RedisLimiter.Rule) {
        // The braces keep the three keys on one node of a cluster.
        keys = ["{\(name)}", "{\(name)}:turns", "{\(name)}:free"]
        self.rule = rule
    }

    /// Asks for a turn: a new one, or the one that was assigned.
    ///
    /// - Parameters:
    ///   - place: The assigned slot; nil for a new one.
    ///   - client: The client of the server.
    /// - Returns: The server's answer.
    /// - Throws: `RedisFailure`, `CancellationError`, `rate-limit.differs`.
    func turn(_ place: Place?, on client: RedisClient) async throws -> Answer {
        let more = place.map { [RedisCommand.Word.text($0.moment), .text($0.life)] } ?? []
        let value = try await Self.script.run(on: client, keys: keys, arguments: arguments("turn") + more)
        guard case .array(let values) = value else { throw RedisFailure.garbled("no array of texts") }
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
        throw RedisFailure.garbled("an unknown answer of the limit's script")
    }

    /// Gives a slot to the next caller, if the server is available.
    func giveBack(_ place: Place, on client: RedisClient) {
        Self.script.post(
            on: client,
            keys: keys,
            arguments: arguments("back") + [.text(place.moment), .text(place.life)]
        )
    }

    /// Lets no call pass for `duration`, if the server is available.
    func pause(for duration: Duration, on client: RedisClient) {
        let length = min(duration.microseconds, Self.longest)
        Self.script.post(on: client, keys: keys, arguments: arguments("pause") + [.integer(length)])
    }

    /// 285 years: the largest number of microseconds that the script represents exactly.
    private static let longest: Int64 = 1 << 53

    private func arguments(_ act: String) -> [RedisCommand.Word] {
        let leave = rule.guardTime.microseconds
        let window = rule.per.microseconds + leave
        // Rounded up, so that the bucket never exceeds its rate.
        let interval = (window + Int64(rule.requests) - 1) / Int64(rule.requests)
        return [
            .text(act), .text(rule.words), .integer(Int64(rule.requests)), .integer(window), .integer(leave),
            .integer(interval), .integer(interval * Int64(rule.burst - 1)),
        ]
    }

    /// The error if other processes use the limit with other numbers.
    private func differing(_ words: String) -> Diagnostic {
        let numbers = words.split(separator: " ").compactMap { Int64($0) }
        let theirs =
            numbers.count == 3
            ? "\(Int(numbers[0]).counted("call")) per \(Duration.microseconds(numbers[1]).words), burst \(numbers[2])"
            : words
        return Diagnostic(
            "rate-limit.differs",
            message: "on the Redis server this limit is configured differently: \(theirs)",
            hint: """
                configure all users of the limit equally, or give this one another key; the server deletes a limit \
                that is unused for two windows
                """
        )
    }
}
