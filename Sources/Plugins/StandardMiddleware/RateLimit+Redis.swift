internal import PluginKit
internal import Redis

extension RateLimit {
    /// Who shares a limit.
    package enum Sharing: String, OptionValue, CaseIterable {
        /// The stages and pipelines of this process.
        case process
        /// All that use the same Redis server.
        case redis
    }

    /// What becomes of calls while the server that knows of the others is away.
    package enum WithoutServer: String, OptionValue, CaseIterable {
        /// They wait until it is back.
        case wait
        /// They keep to a part of the limit, in the hope that all others do, too.
        case local
    }

    /// Makes a call when the others let it.
    func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        at server: RedisLimiter,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        try await counting { try await server.turn(noting: waits, as: title) }
        do {
            return try await next(call)
        } catch {
            if case StageFailure.transient(_, let retryAfter?) = error {
                server.pause(for: retryAfter)
                counts.withLock { $0.penalties += 1 }
            }
            throw error
        }
    }
}

extension RateLimit.Options {
    /// The limiter that other processes share; nil if none do.
    ///
    /// - Parameters:
    ///   - key: What the limit is called.
    ///   - context: What the stage may use.
    /// - Returns: The limiter; it has not connected.
    /// - Throws: What is wrong with the options.
    func redisLimiter(_ key: String, in context: StageContext) throws(Diagnostic) -> RedisLimiter? {
        guard shared == .redis else {
            guard let place = $url ?? $withoutServer ?? $patience ?? $share ?? $prefix else { return nil }
            throw Diagnostic(
                "rate-limit.not-shared",
                message: "the limit is not shared through a Redis server, so nothing here makes use of this",
                at: place,
                hint: "say shared = \"redis\", or take it out"
            )
        }
        guard let url else {
            throw Diagnostic(
                "rate-limit.url",
                message: "the limit does not know where its Redis server is",
                at: $shared,
                hint: "say url = \"redis://localhost:6379\""
            )
        }
        guard per >= .milliseconds(100) else {
            throw Diagnostic(
                "rate-limit.window",
                message: "a window of \(per.words) is too short for a limit that several processes share",
                at: $per,
                hint: "allowed: 100 ms and more"
            )
        }
        let address = try RedisAddress(url, at: $url)
        let rule = RedisLimiter.Rule(requests: requests, per: per, burst: burst ?? requests)
        // Whoever shares it has the same settings; the URL is a secret, and so only its digest is in the name.
        let settings =
            "\(CacheKey(url.revealed).text) \(prefix) \(connectTimeout) \(timeout) \(withoutServer) \(patience) \(share)"
        return context.shared.object("rate-limit redis \(key) \(rule.words) \(settings)") {
            RedisLimiter(
                RedisClient(address, limits: RedisLimits(connect: connectTimeout, command: timeout)),
                name: "\(prefix)limit:\(key)",
                rule: rule,
                withoutServer: withoutServer == .local ? .continueLocally(share: share) : .wait(patience),
                time: context.time,
                log: context.log
            )
        }
    }
}
