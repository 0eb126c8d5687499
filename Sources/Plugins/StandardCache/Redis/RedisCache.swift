package import Diagnostics
package import PluginKit
package import Redis

/// A cache on a Redis server, for several machines and for later runs.
///
/// While the server is unavailable, no call fails: nothing is found and nothing is stored. A server that denies access,
/// or is not a Redis server, is a mistake in the pipeline's settings, and ends the run before its first call.
package final class RedisCache: CacheStore {
    private let client: RedisClient
    private let prefix: String
    private let largest: Int
    private let form: EntryForm
    private let counts = Locked(Counts())

    private struct Counts {
        /// Answers that could not be looked up or stored.
        var failed = 0
        /// Calls whose answer could not be looked up.
        var degraded = 0
        /// Answers that were too large.
        var refused = 0
    }

    /// Creates a cache.
    ///
    /// - Parameters:
    ///   - client: The client of the server.
    ///   - prefix: The prefix of the keys.
    ///   - largest: The largest answer in bytes, before compression.
    ///   - packs: Whether answers are compressed if that makes them shorter.
    package init(_ client: RedisClient, prefix: String, largest: Int, packs: Bool) {
        self.client = client
        self.prefix = prefix
        self.largest = largest
        form = EntryForm(packs: packs)
    }

    package func open() async throws(Diagnostic) {
        do {
            // Not the key of an answer; a user who may not read answers may not read this key either.
            _ = try await client.send(RedisCommand("GET", .text(prefix + "open")))
        } catch let failure as RedisFailure where failure.isLasting {
            throw failure.diagnostic(client.endpoint)
        } catch {
            // The server is unavailable, or the call was cancelled: the call itself finds that out.
        }
    }

    package func entry(of key: CacheKey, at now: Int64, log: StageLog) async -> CacheEntry? {
        let answer = await ask(RedisCommand("GET", name(key)), log: log) { $0.degraded += 1 }
        guard case .bytes(let bytes)? = answer else { return nil }
        // A value of another version, or of another program with the same key, counts as missing.
        guard let entry = EntryForm.entry(from: bytes, atMost: largest), entry.keptUntil > now else { return nil }
        return entry
    }

    package func store(
        _ entry: CacheEntry,
        of key: CacheKey,
        subject: CacheSubject,
        at now: Int64,
        log: StageLog
    ) async {
        guard entry.bytes.count <= largest else {
            counts.withLock { $0.refused += 1 }
            return
        }
        guard entry.keptUntil > now else { return }
        var words: [RedisCommand.Word] = ["SET", name(key), .bytes(form.bytes(of: entry))]
        if entry.keptUntil < .max { words += ["PX", .integer(entry.keptUntil - now)] }
        _ = await ask(RedisCommand(words), log: log)
    }

    package var figures: CacheFigures {
        let (counts, server) = (counts.withLock { $0 }, client.counts)
        var figures = CacheFigures()
        figures.refused = counts.refused
        figures.failed = counts.failed
        figures.others = [
            Measurement("redis outages", value: Double(server.outages), metric: .redisOutages, isShared: true),
            Measurement("redis reconnects", value: Double(server.reconnects), metric: .redisReconnects, isShared: true),
            Measurement("calls in an outage", value: Double(counts.degraded), metric: .redisDegraded, isShared: true),
        ]
        return figures
    }

    private func name(_ key: CacheKey) -> RedisCommand.Word { .text(prefix + key.text) }

    /// The server's answer; nil if it gives none.
    ///
    /// - Parameters:
    ///   - command: The command.
    ///   - log: Receives the reason if there is no answer.
    ///   - note: What else to count if there is no answer.
    /// - Returns: The answer.
    private func ask(
        _ command: RedisCommand,
        log: StageLog,
        note: (inout Counts) -> Void = { _ in }
    ) async -> RedisValue? {
        do {
            return try await client.send(command)
        } catch let failure as RedisFailure {
            counts.withLock { counts in
                counts.failed += 1
                note(&counts)
            }
            log.say(warning(failure))
        } catch {
            // The call was cancelled; its own code reports that.
        }
        return nil
    }

    /// The warning for a failure; its message is constant, so that it is logged once.
    private func warning(_ failure: RedisFailure) -> Diagnostic {
        let reason = failure.diagnostic(client.endpoint)
        if case .refused(let words) = failure {
            return Diagnostic(
                "cache.redis",
                message:
                    "the Redis server at '\(client.endpoint)' does not store answers: \(words.prefix { $0 != " " })",
                category: .environment,
                hint: words,
                severity: .warning,
                cause: .diagnostic(reason)
            )
        }
        if failure.isLasting {
            return Diagnostic(
                "cache.redis",
                message: reason.message + ": answers are neither read from it nor stored there",
                category: .environment,
                hint: reason.hint,
                severity: .warning,
                cause: .diagnostic(reason)
            )
        }
        return Diagnostic(
            "cache.redis",
            message:
                "the Redis server at '\(client.endpoint)' is unavailable: until it is available, answers are neither read from it nor stored there",
            category: .environment,
            hint: reason.message + (reason.hint.map { "; \($0)" } ?? ""),
            severity: .warning,
            cause: .diagnostic(reason)
        )
    }
}
