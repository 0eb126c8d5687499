internal import PluginKit
internal import Redis

extension RateLimit {
    /// What shares a limit.
    package enum Sharing: String, OptionValue, CaseIterable {
        /// The stages and pipelines of this process.
        case process
        /// All processes that use the same Redis server.
        case redis
    }

    /// What happens to calls while the Redis server is unavailable.
    package enum WithoutServer: String, OptionValue, CaseIterable {
        /// They wait until it is available.
        case wait
        /// They use a share of the limit, assuming that the other processes do the same.
        case local
    }
}

extension RateLimit.Options {
    /// The limiter shared with other processes; nil if the limit is not shared.
    ///
    /// - Parameters:
    ///   - key: The name of the limit.
    ///   - context: The context of the stage.
    /// - Returns: The limiter, not yet connected.
    /// - Throws: A problem with the options.
    func redisLimiter(_ key: String, in context: StageContext) throws(Diagnostic) -> RedisLimiter? {
        guard shared == .redis else {
            guard let place = $url ?? $withoutServer ?? $patience ?? $share ?? $prefix else { return nil }
            throw Diagnostic(
                "rate-limit.not-shared",
                message: "the limit is not shared through a Redis server, so this has no effect",
                at: place,
                hint: "write shared = \"redis\", or remove it"
            )
        }
        guard let url else {
            throw Diagnostic(
                "rate-limit.url",
                message: "the URL of the limit's Redis server is missing",
                at: $shared,
                hint: "write url = \"redis://localhost:6379\""
            )
        }
        guard per >= .milliseconds(100) else {
            throw Diagnostic(
                "rate-limit.window",
                message: "a window of \(per.words) is too short for a limit that several processes share",
                at: $per,
                hint: "allowed: 100 ms or more"
            )
        }
        let address = try RedisAddress(url, at: $url)
        let rule = RedisLimiter.Rule(requests: requests, per: per, burst: burst ?? requests)
        // Layers share the limiter only if all their settings are equal. The URL is a secret, so the name has only its
        // digest.
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
