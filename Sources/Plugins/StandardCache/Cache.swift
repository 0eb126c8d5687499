package import PluginKit

/// Caches answers, and returns them instead of making the call.
package struct Cache: Middleware {
    package static let name = "cache"
    package static let summary = "Caches answers and returns them instead of making the call."
    package static let details = """
        The layer caches the pages of a source or, if the source makes HTTP requests, the servers' answers. The key \
        includes the plugin with its options, or the request with its credentials, so answers are never shared between \
        users. Writes are never cached, nor are answers that a source or a server marks as not cacheable.

        Of several concurrent calls with the same key only one is made; the others wait for it. If it fails, or its \
        answer is not cacheable, they make their own calls. Layers with the same name and the same settings share \
        their answers.
        """
    package static let example: String? = """
        [middleware.cache]
        use = "cache"
        store = "tiered"
        max_size = "256 MiB"
        ttl = "6h"
        stale_while_revalidate = "1h"
        """
    package static let wraps: Set<CallKind> = [.page, .exchange]
    package static let needsIdentity = true

    private let pipeline: String
    /// For a stage that makes HTTP requests, these are cached, since servers state what may be cached; otherwise pages.
    package let calls: Set<CallKind>
    private let shelf: CacheShelf
    private let clock: WallClock
    private let lifetimes: Lifetimes
    private let log: StageLog
    /// How to delete a cached failure, as text.
    private let remedy: String
    private let refreshes = Refreshes()
    private let counts: Locked<CacheCounts>
    /// The counts of the store before this layer used it.
    private let before: CacheFigures

    package init(_ options: Options, in context: StageContext) throws {
        pipeline = context.run.pipeline
        calls = context.makesExchanges ? [.exchange] : [.page]
        clock = WallClock(context.time)
        lifetimes = Lifetimes(
            ttl: options.ttl,
            jitter: options.jitter,
            failures: options.negativeTtl,
            stale: options.staleWhileRevalidate ?? .zero,
            revalidation: options.revalidateFor ?? .zero,
            random: context.random
        )
        let name = "cache \(context.layer) \(options.storeIdentity)"
        log = context.log
        remedy = options.remedy(in: pipeline)
        shelf = try context.shared.object(name) { CacheShelf(try options.makeStore(in: context)) }
        before = shelf.store.figures
        if let warning = Self.warning(options) { log.sayOncePerPlace(warning) }
        var counts = CacheCounts()
        if shelf.store.notesUses { counts.unreported = [:] }
        self.counts = Locked(counts)
    }

    package var measurements: [Measurement] {
        counts.withLock { $0 }.measurements(shelf.store.figures.since(before), at: clock.milliseconds)
    }

    /// The memory of the entries; nil if they are elsewhere.
    package var bytesInMemory: Int? { shelf.store.bytesInMemory }

    /// The warning about lifetimes longer than the program's memory; nil if there is none.
    ///
    /// Lifetimes shorter than an hour, and defaults, cause no warning.
    private static func warning(_ options: Options) -> Diagnostic? {
        guard options.store == .memory else { return nil }
        let times: [(name: String, time: Duration, place: Diagnostic.Place?)] = [
            ("ttl", options.ttl, options.$ttl),
            ("stale_while_revalidate", options.staleWhileRevalidate ?? .zero, options.$staleWhileRevalidate),
            ("revalidate_for", options.revalidateFor ?? .zero, options.$revalidateFor),
            ("negative_ttl", options.negativeTtl ?? .zero, options.$negativeTtl),
        ]
        guard let long = times.first(where: { $0.place != nil && $0.time >= .seconds(3600) }) else { return nil }
        return Diagnostic(
            "cache.memory",
            message: "answers are only in memory and are lost when the program ends, despite '\(long.name)'",
            at: long.place,
            hint: "store = \"disk\" or \"tiered\" stores them for later runs; or remove '\(long.name)'",
            severity: .warning
        )
    }

    package func finish() async {
        await refreshes.finish()
        reportUses()
        await shelf.store.finish(log: log)
    }

    package func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        guard let identity = call.identity, calls.contains(call.kind) else { return try await next(call) }
        if !shelf.isOpen.withLock({ $0 }) {
            try await shelf.store.open()
            shelf.isOpen.withLock { $0 = true }
        }
        let landings = shelf.flights.landings(identity.key)
        let kept = await kept(identity)
        switch kept {
        case .fresh(let answer):
            count { $0.hit(answer, subject: identity.subject) }
            return try answer.get()
        case .late(let answer):
            count { counts in
                counts.hit(answer, subject: identity.subject)
                counts.stale += 1
            }
            refresh(call, identity: identity, kept: try? answer.get(), next: next)
            return try answer.get()
        case .over, .none: break
        }
        switch try await shelf.flights.turn(identity.key, onWaiting: { count { $0.waits += 1 } }) {
        case .take(let entry):
            if entry.freshUntil > clock.milliseconds, let answer = answer(in: entry, identity: identity) {
                count { $0.hit(answer, subject: identity.subject) }
                return try answer.get()
            }
            // The answer of the other call cannot be read or has expired, so waiting again is useless.
            return try await fetchAndKeep(call, identity: identity, kept: kept.over, landing: false, next: next)
        case .fetchAlone(let entry):
            let over = entry.flatMap { answer(in: $0, identity: identity) }.flatMap { try? $0.get() } ?? kept.over
            return try await fetchAndKeep(call, identity: identity, kept: over, landing: false, next: next)
        case .fetch: break
        }
        // Another call may have stored the answer between the lookup and the turn.
        if shelf.flights.landings(identity.key) != landings,
            let entry = await shelf.store.entry(of: identity.key, at: clock.milliseconds, log: log),
            entry.freshUntil > clock.milliseconds, let answer = answer(in: entry, identity: identity)
        {
            shelf.flights.land(identity.key, landing: .brought(entry))
            count { $0.hit(answer, subject: identity.subject) }
            return try answer.get()
        }
        return try await fetchAndKeep(call, identity: identity, kept: kept.over, landing: true, next: next)
    }

    /// Makes a call and caches its answer or failure; with `landing`, wakes the calls that wait for it.
    private func fetchAndKeep<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        identity: CacheIdentity<Output>,
        kept: Output?,
        landing: Bool,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        count { $0.miss(identity.subject) }
        do {
            let output = try await fetch(call, identity: identity, kept: kept, next: next)
            let entry = entry(of: output, for: call, identity: identity)
            await keep(entry, identity: identity)
            if landing { shelf.flights.land(identity.key, landing: self.landing(of: entry)) }
            return output
        } catch {
            let entry = lifetimes.entry(failure: error, at: clock.milliseconds)
            await keep(entry, identity: identity)
            if landing {
                shelf.flights.land(
                    identity.key,
                    landing: self.landing(of: entry, isCancellation: Self.isCancellation(error))
                )
            }
            throw error
        }
    }

    /// The result of a fetch for the calls that wait for it.
    private func landing(of entry: CacheEntry?) -> SingleFlight.FetchResult {
        guard let entry, entry.freshUntil > clock.milliseconds else { return .useless(entry) }
        return .brought(entry)
    }

    /// The result of a failed fetch for the calls that wait for it.
    private func landing(of entry: CacheEntry?, isCancellation: Bool) -> SingleFlight.FetchResult {
        if let entry { return .brought(entry) }
        return isCancellation ? .cancelled : .failed
    }

    private static func isCancellation(_ error: any Error) -> Bool { error is CancellationError || Task.isCancelled }

    /// Revalidates the stored answer if there is one and a way to do so; otherwise fetches a new one.
    private func fetch<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        identity: CacheIdentity<Output>,
        kept: Output?,
        next: @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        guard let kept, let revalidation = call.revalidation, let question = revalidation.asking(call.input, kept)
        else { return try await next(call) }
        var asking = call
        asking.input = question
        let answer = try await next(asking)
        guard let renewed = revalidation.renewing(kept, answer) else { return answer }
        count { $0.renewed += 1 }
        return renewed
    }

    /// The entry for an answer; nil if it is not cacheable.
    private func entry<Input: Sendable, Output: Sendable>(
        of output: Output,
        for call: Call<Input, Output>,
        identity: CacheIdentity<Output>
    ) -> CacheEntry? {
        lifetimes.entry(
            answer: identity.encode(output),
            keeping: identity.keeping(output),
            canBeAskedAbout: call.revalidation?.asking(call.input, output) != nil,
            at: clock.milliseconds
        )
    }

    /// Stores an entry, if there is one.
    private func keep<Output>(_ entry: CacheEntry?, identity: CacheIdentity<Output>) async {
        guard let entry else { return }
        reportUses()
        let subject = CacheSubject(pipeline: pipeline, plugin: identity.subject)
        await shelf.store.store(entry, of: identity.key, subject: subject, at: clock.milliseconds, log: log)
    }

    /// Reports the counted hits and misses to the store.
    private func reportUses() {
        for (plugin, uses) in counts.withLock({ $0.report() }) {
            shelf.store.note(uses, of: CacheSubject(pipeline: pipeline, plugin: plugin))
        }
    }

    /// Refreshes an answer in the background, unless a refresh is already running or has just failed.
    private func refresh<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        identity: CacheIdentity<Output>,
        kept: Output?,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) {
        guard shelf.pauses.allow(identity.key, at: clock.milliseconds), shelf.flights.begin(identity.key) else {
            return
        }
        refreshes.begin {
            do {
                let output = try await fetch(call, identity: identity, kept: kept, next: next)
                let entry = entry(of: output, for: call, identity: identity)
                await keep(entry, identity: identity)
                // The old answer is still returned, and should not cause a call each time.
                if entry == nil {
                    shelf.pauses.begin(identity.key, for: lifetimes.refreshPause, at: clock.milliseconds)
                }
                shelf.flights.land(identity.key, landing: landing(of: entry))
            } catch {
                // The old answer is returned until it expires; then a call is made, and its failure reported.
                let isCancellation = Self.isCancellation(error)
                if !isCancellation {
                    shelf.pauses.begin(identity.key, for: lifetimes.refreshPause, at: clock.milliseconds)
                    count { $0.failedRefreshes += 1 }
                    log.say(Self.note(error))
                }
                shelf.flights.land(identity.key, landing: isCancellation ? .cancelled : .failed)
            }
        }
    }

    /// The note about a failed refresh; its message is constant, so that it is logged once.
    private static func note(_ error: any Error) -> Diagnostic {
        let reason = error as? Diagnostic ?? (error as? StageFailure)?.diagnostic
        return Diagnostic(
            "cache.refresh",
            message:
                "an expired answer could not be refreshed: the old one is returned until the end of 'stale_while_revalidate'",
            category: .transient,
            hint: "the first reason: \(reason?.message ?? "\(error)")",
            severity: .note,
            cause: .init(reason ?? error)
        )
    }

    /// What is stored under a key, by its age.
    private enum Kept<Output> {
        case none
        /// The answer may be returned.
        case fresh(Result<Output, any Error>)
        /// The answer may be returned while a new one is fetched.
        case late(Result<Output, any Error>)
        /// The answer may only be revalidated.
        case over(Output)

        var over: Output? {
            if case .over(let output) = self { output } else { nil }
        }
    }

    private func kept<Output>(_ identity: CacheIdentity<Output>) async -> Kept<Output> {
        let now = clock.milliseconds
        guard let entry = await shelf.store.entry(of: identity.key, at: now, log: log),
            let answer = answer(in: entry, identity: identity)
        else {
            return .none
        }
        if entry.freshUntil > now { return .fresh(answer) }
        if entry.usableUntil > now { return .late(answer) }
        return (try? answer.get()).map { .over($0) } ?? .none
    }

    /// The answer or the failure of an entry; nil if its bytes cannot be decoded.
    private func answer<Output>(in entry: CacheEntry, identity: CacheIdentity<Output>) -> Result<Output, any Error>? {
        guard entry.isFailure else { return (try? identity.decode(entry.bytes)).map { .success($0) } }
        return (try? Lifetimes.failure(from: entry, remedy: remedy)).map { .failure($0) }
    }

    private func count(_ change: (inout CacheCounts) -> Void) { counts.withLock { change(&$0) } }
}
