package import PluginKit

/// Keeps answers, and gives them again instead of making the call.
package struct Cache: Middleware {
    package static let name = "cache"
    package static let summary = "Keeps answers and gives them again instead of making the call."
    package static let details = """
        What is kept are pages of sources, or, of sources that ask web servers, the servers' answers. The key says which \
        plugin with which options, or which request with which credentials, so nobody gets what was read for somebody \
        else. Writes are never kept, nor is what a source or a server says must not be used again.

        Of several calls with one key only one is made; the others wait for it. If it fails, or its answer may not be \
        kept, they make their own. Layers of one name and with the same settings keep their answers together.
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
    package static let usesMemos = true

    private let pipeline: String
    /// Of a stage that asks servers, which say what may be kept, the exchanges, and not the pages made of them.
    package let calls: Set<CallKind>
    private let shelf: CacheShelf
    private let clock: CacheClock
    private let lifetimes: Lifetimes
    private let log: StageLog
    /// How a remembered failure is forgotten, in words.
    private let remedy: String
    private let refreshes = Refreshes()
    private let counts: Locked<CacheCounts>
    /// What others had done with the store before.
    private let before: CacheFigures

    package init(_ options: Options, in context: StageContext) throws {
        pipeline = context.run.pipeline
        calls = context.makesExchanges ? [.exchange] : [.page]
        clock = CacheClock(context.time)
        lifetimes = Lifetimes(options, random: context.random)
        let name = "cache \(context.layer) \(options.storeIdentity)"
        log = context.log
        remedy = options.remedy(in: pipeline)
        shelf = try context.shared.object(name) { CacheShelf(try options.makeStore(in: context)) }
        before = shelf.store.figures
        if let warning = Self.warning(options) { log.sayOncePerPlace(warning) }
        var counts = CacheCounts()
        if shelf.store.notesUses { counts.untold = [:] }
        self.counts = Locked(counts)
    }

    package var figures: [Figure] {
        counts.withLock { $0 }.figures(shelf.store.figures.since(before), at: clock.now)
    }

    /// What is said of answers that are to be kept longer than the program that has them in its memory; nil if they are
    /// not.
    ///
    /// Times that a run can take are no mistake, and what was not written is not meant.
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
            message: "answers are in the memory of the program and gone when it ends, whatever '\(long.name)' says",
            at: long.place,
            hint: "store = \"disk\" or \"tiered\" keeps them for later runs; without '\(long.name)' they are for this",
            severity: .warning
        )
    }

    package func finish() async {
        await refreshes.finish()
        tellUses()
        await shelf.store.finish(log: log)
    }

    package func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        guard let memo = call.memo, calls.contains(call.kind) else { return try await next(call) }
        if !shelf.isOpen.withLock({ $0 }) {
            try await shelf.store.open()
            shelf.isOpen.withLock { $0 = true }
        }
        let landings = shelf.flights.landings(memo.key)
        let kept = await kept(memo)
        switch kept {
        case .fresh(let answer):
            count { $0.hit(answer, subject: memo.subject) }
            return try answer.get()
        case .late(let answer):
            count { counts in
                counts.hit(answer, subject: memo.subject)
                counts.stale += 1
            }
            refresh(call, memo: memo, kept: try? answer.get(), next: next)
            return try answer.get()
        case .over, .none: break
        }
        switch try await shelf.flights.turn(memo.key, onWaiting: { count { $0.waits += 1 } }) {
        case .take(let entry):
            if entry.freshUntil > clock.now, let answer = answer(in: entry, memo: memo) {
                count { $0.hit(answer, subject: memo.subject) }
                return try answer.get()
            }
            // What another one has fetched cannot be read or has come to its end, so that waiting once more is of no use.
            return try await fetchAndKeep(call, memo: memo, kept: kept.over, landing: false, next: next)
        case .fetchAlone(let entry):
            let over = entry.flatMap { answer(in: $0, memo: memo) }.flatMap { try? $0.get() } ?? kept.over
            return try await fetchAndKeep(call, memo: memo, kept: over, landing: false, next: next)
        case .fetch: break
        }
        // Between the look and the turn another one may have brought it.
        if shelf.flights.landings(memo.key) != landings,
            let entry = await shelf.store.entry(of: memo.key, at: clock.now, log: log),
            entry.freshUntil > clock.now, let answer = answer(in: entry, memo: memo)
        {
            shelf.flights.land(memo.key, landing: .brought(entry))
            count { $0.hit(answer, subject: memo.subject) }
            return try answer.get()
        }
        return try await fetchAndKeep(call, memo: memo, kept: kept.over, landing: true, next: next)
    }

    /// Makes a call and keeps what comes of it; tells who waits, if somebody may.
    private func fetchAndKeep<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        memo: CacheIdentity<Output>,
        kept: Output?,
        landing: Bool,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        count { $0.miss(memo.subject) }
        do {
            let output = try await fetch(call, memo: memo, kept: kept, next: next)
            let entry = entry(of: output, for: call, memo: memo)
            await keep(entry, memo: memo)
            if landing { shelf.flights.land(memo.key, landing: self.landing(of: entry)) }
            return output
        } catch {
            let entry = lifetimes.entry(failure: error, at: clock.now)
            await keep(entry, memo: memo)
            if landing {
                shelf.flights.land(
                    memo.key,
                    landing: self.landing(of: entry, isCancellation: Self.isCancellation(error))
                )
            }
            throw error
        }
    }

    /// What an answer that was fetched is for those who wait for it.
    private func landing(of entry: CacheEntry?) -> SingleFlight.FetchResult {
        guard let entry, entry.freshUntil > clock.now else { return .useless(entry) }
        return .brought(entry)
    }

    /// What a failure is for those who wait for an answer.
    private func landing(of entry: CacheEntry?, isCancellation: Bool) -> SingleFlight.FetchResult {
        if let entry { return .brought(entry) }
        return isCancellation ? .cancelled : .failed
    }

    private static func isCancellation(_ error: any Error) -> Bool { error is CancellationError || Task.isCancelled }

    /// Asks whether a kept answer still holds, if there is one and a way to ask, or else for a new one.
    private func fetch<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        memo: CacheIdentity<Output>,
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

    /// An answer as it is kept; nil if it is not to be.
    private func entry<Input: Sendable, Output: Sendable>(
        of output: Output,
        for call: Call<Input, Output>,
        memo: CacheIdentity<Output>
    ) -> CacheEntry? {
        lifetimes.entry(
            answer: memo.encode(output),
            keeping: memo.keeping(output),
            canBeAskedAbout: call.revalidation?.asking(call.input, output) != nil,
            at: clock.now
        )
    }

    /// Keeps an entry, if there is one.
    private func keep<Output>(_ entry: CacheEntry?, memo: CacheIdentity<Output>) async {
        guard let entry else { return }
        tellUses()
        let subject = CacheSubject(pipeline: pipeline, plugin: memo.subject)
        await shelf.store.store(entry, of: memo.key, subject: subject, at: clock.now, log: log)
    }

    /// Tells the store how often there were answers.
    private func tellUses() {
        for (plugin, uses) in counts.withLock({ $0.tell() }) {
            shelf.store.note(uses, of: CacheSubject(pipeline: pipeline, plugin: plugin))
        }
    }

    /// Fetches an answer anew beside the call, unless somebody does so already or it has just come to nothing.
    private func refresh<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        memo: CacheIdentity<Output>,
        kept: Output?,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) {
        guard shelf.pauses.allow(memo.key, at: clock.now), shelf.flights.begin(memo.key) else { return }
        refreshes.begin {
            do {
                let output = try await fetch(call, memo: memo, kept: kept, next: next)
                let entry = entry(of: output, for: call, memo: memo)
                await keep(entry, memo: memo)
                // The old answer is given still, and should not cause a call each time.
                if entry == nil { shelf.pauses.begin(memo.key, for: lifetimes.refreshPause, at: clock.now) }
                shelf.flights.land(memo.key, landing: landing(of: entry))
            } catch {
                // The old answer is given until its time is over; then a call is made, and its failure told.
                let isCancellation = Self.isCancellation(error)
                if !isCancellation {
                    shelf.pauses.begin(memo.key, for: lifetimes.refreshPause, at: clock.now)
                    count { $0.failedRefreshes += 1 }
                    log.say(Self.note(error))
                }
                shelf.flights.land(memo.key, landing: isCancellation ? .cancelled : .failed)
            }
        }
    }

    /// What is said when an answer could not be fetched anew, in words that are the same for the next one.
    private static func note(_ error: any Error) -> Diagnostic {
        let reason = error as? Diagnostic ?? (error as? StageFailure)?.diagnostic
        return Diagnostic(
            "cache.refresh",
            message:
                "an answer behind its time could not be fetched anew: the old one is given until 'stale_while_revalidate' is over",
            category: .transient,
            hint: "the first time because: \(reason?.message ?? "\(error)")",
            severity: .note,
            cause: .init(reason ?? error)
        )
    }

    /// What is kept under a key, by how far its time is gone.
    private enum Kept<Output> {
        case none
        /// It may be given.
        case fresh(Result<Output, any Error>)
        /// It may be given while a new one is fetched.
        case late(Result<Output, any Error>)
        /// It may only be asked about.
        case over(Output)

        var over: Output? {
            if case .over(let output) = self { output } else { nil }
        }
    }

    private func kept<Output>(_ memo: CacheIdentity<Output>) async -> Kept<Output> {
        let now = clock.now
        guard let entry = await shelf.store.entry(of: memo.key, at: now, log: log),
            let answer = answer(in: entry, memo: memo)
        else {
            return .none
        }
        if entry.freshUntil > now { return .fresh(answer) }
        if entry.usableUntil > now { return .late(answer) }
        return (try? answer.get()).map { .over($0) } ?? .none
    }

    /// The answer or the failure of an entry; nil if its bytes are neither.
    private func answer<Output>(in entry: CacheEntry, memo: CacheIdentity<Output>) -> Result<Output, any Error>? {
        guard entry.isFailure else { return (try? memo.decode(entry.bytes)).map { .success($0) } }
        return (try? Lifetimes.failure(from: entry, remedy: remedy)).map { .failure($0) }
    }

    private func count(_ change: (inout CacheCounts) -> Void) { counts.withLock { change(&$0) } }
}
