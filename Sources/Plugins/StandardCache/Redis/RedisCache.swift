package import Diagnostics
package import PluginKit
package import Redis

/// Keeps answers on a Redis server, for several machines and for later runs.
///
/// A server that is away is no reason for a call to fail: nothing is found and nothing kept until it is back. One that does
/// not let us in, or is no Redis server, is a mistake in the pipeline's settings, and ends the run before its first call.
package final class RedisCache: CacheStore {
    private let client: RedisClient
    private let prefix: String
    private let largest: Int
    private let form: EntryForm
    private let counts = Locked(Counts())

    private struct Counts {
        /// Answers that were not looked for, or not kept.
        var failed = 0
        /// Calls for which nothing was looked for.
        var degraded = 0
        /// Answers that were too large.
        var refused = 0
    }

    /// A cache.
    ///
    /// - Parameters:
    ///   - client: Talks with the server.
    ///   - prefix: What the names of answers begin with.
    ///   - largest: How many bytes an answer may have, before it is packed.
    ///   - packs: Whether answers are packed where that makes them shorter.
    package init(_ client: RedisClient, prefix: String, largest: Int, packs: Bool) {
        self.client = client
        self.prefix = prefix
        self.largest = largest
        form = EntryForm(packs: packs)
    }

    package func open() async throws(Diagnostic) {
        do {
            // Not a key of an answer; a user who may not read those may not read this one.
            _ = try await client.send(RedisCommand("GET", .text(prefix + "open")))
        } catch let failure as RedisFailure where failure.isLasting {
            throw failure.diagnostic(client.endpoint)
        } catch {
            // It is away, or the call was cancelled: the call itself finds that out.
        }
    }

    package func entry(of key: CacheKey, at now: Int64, log: StageLog) async -> CacheEntry? {
        let answer = await ask(RedisCommand("GET", name(key)), log: log) { $0.degraded += 1 }
        guard case .bytes(let bytes)? = answer else { return nil }
        // What another version wrote, or somebody else under the same name, is not there.
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
            Figure("redis outages", value: Double(server.outages), metric: .redisOutages, isShared: true),
            Figure("redis reconnects", value: Double(server.reconnects), metric: .redisReconnects, isShared: true),
            Figure("calls in an outage", value: Double(counts.degraded), metric: .redisDegraded, isShared: true),
        ]
        return figures
    }

    private func name(_ key: CacheKey) -> RedisCommand.Word { .text(prefix + key.text) }

    /// The server's answer; nil if there is none.
    ///
    /// - Parameters:
    ///   - command: What it is asked.
    ///   - log: Where it says why it has none.
    ///   - note: What else is counted if it does not answer.
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
            // The call was cancelled; what becomes of it is not for a cache to say.
        }
        return nil
    }

    /// What is said about a failure, in words that are the same for the next one, so that they are said once.
    private func warning(_ failure: RedisFailure) -> Diagnostic {
        let reason = failure.diagnostic(client.endpoint)
        if case .refused(let words) = failure {
            return Diagnostic(
                "cache.redis",
                message:
                    "the Redis server at '\(client.endpoint)' does not keep answers: \(words.prefix { $0 != " " })",
                category: .environment,
                hint: words,
                severity: .warning,
                cause: .diagnostic(reason)
            )
        }
        if failure.isLasting {
            return Diagnostic(
                "cache.redis",
                message: reason.message + ": answers are neither found nor kept there",
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
