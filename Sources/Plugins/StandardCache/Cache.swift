package import PluginKit

/// Keeps answers, and gives them again instead of making the call.
package struct Cache: Middleware {
    package static let name = "cache"
    package static let summary = "Keeps answers and gives them again instead of making the call."
    package static let details = """
        What is kept are pages of sources: their key says which plugin with which options, so nobody gets what was read \
        with other options or another account. Writes are never kept, nor is what a source says must not be used again.

        Of several calls with one key only one is made; the others wait for it. If it fails, the next one is made. \
        Layers of one name and with the same settings keep their answers together.
        """
    package static let example: String? = """
        [middleware.cache]
        use = "cache"
        max_size = "256 MiB"
        ttl = "6h"
        stale_while_revalidate = "1h"
        """
    package static let wraps: Set<CallKind> = [.page, .exchange]
    package static let repeatsCalls = false
    package static let usesMemos = true

    private let shelf: CacheShelf
    private let clock: CacheClock
    private let lifetimes: Lifetimes
    private let refreshes = Refreshes()
    private let counts = Guarded(CacheCounts())

    package init(_ options: Options, in context: StageContext) {
        clock = CacheClock(context.time)
        lifetimes = Lifetimes(options, context.random)
        let (policy, entries, size) = (options.policy, options.maxEntries, options.maxSize.bytes)
        shelf = context.shared.object("cache \(context.layer) \(policy.rawValue) \(entries) \(size)") {
            CacheShelf(MemoryCache(policy, entryLimit: entries, byteLimit: size))
        }
    }

    package var figures: [Figure] { counts.withLock { $0 }.figures(shelf.store.figures) }

    package func finish() async { await refreshes.finish() }

    package func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        guard let memo = call.memo else { return try await next(call) }
        if let (answer, isFresh) = kept(memo) {
            count { counts in
                counts.hits += 1
                if !isFresh { counts.stale += 1 }
            }
            if !isFresh { refresh(call, memo, next) }
            return try answer.get()
        }
        let turn = try await shelf.flights.turn(memo.key) { count { $0.waits += 1 } }
        if case .take(let entry) = turn, let answer = Self.answer(in: entry, memo) {
            count { $0.hits += 1 }
            return try answer.get()
        }
        guard case .fetch = turn else {
            // What another one has fetched cannot be read, so what it would leave is of no use to anybody.
            count { $0.misses += 1 }
            return try await next(call)
        }
        // Between the look and the turn another one may have brought it.
        if let entry = shelf.store.entry(of: memo.key, at: clock.now), let answer = Self.answer(in: entry, memo) {
            shelf.flights.land(memo.key, entry)
            count { $0.hits += 1 }
            return try answer.get()
        }
        count { $0.misses += 1 }
        return try await fetch(call, memo, next)
    }

    /// Makes the call, keeps what comes of it, and tells who waits.
    private func fetch<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        _ memo: Memo<Output>,
        _ next: @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        do {
            let output = try await next(call)
            keep(lifetimes.entry(answer: memo.encode(output), at: clock.now), memo.key)
            return output
        } catch {
            keep(lifetimes.entry(failure: error, at: clock.now), memo.key)
            throw error
        }
    }

    private func keep(_ entry: CacheEntry?, _ key: String) {
        if let entry { shelf.store.store(entry, of: key, at: clock.now) }
        shelf.flights.land(key, entry)
    }

    /// Fetches an answer anew beside the call, unless somebody does so already.
    private func refresh<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        _ memo: Memo<Output>,
        _ next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) {
        guard shelf.flights.begin(memo.key) else { return }
        refreshes.begin {
            do {
                let output = try await next(call)
                keep(lifetimes.entry(answer: memo.encode(output), at: clock.now), memo.key)
            } catch {
                // The old answer is given until its time is over; then a call is made, and its failure told.
                shelf.flights.land(memo.key, nil)
            }
        }
    }

    /// What is kept under a key, and whether its time is not over.
    private func kept<Output>(_ memo: Memo<Output>) -> (answer: Result<Output, any Error>, isFresh: Bool)? {
        let now = clock.now
        guard let entry = shelf.store.entry(of: memo.key, at: now), let answer = Self.answer(in: entry, memo) else {
            return nil
        }
        return (answer, entry.freshUntil > now)
    }

    /// The answer or the failure of an entry; nil if its bytes are neither.
    private static func answer<Output>(in entry: CacheEntry, _ memo: Memo<Output>) -> Result<Output, any Error>? {
        guard entry.isFailure else { return (try? memo.decode(entry.bytes)).map { .success($0) } }
        return (try? Lifetimes.failure(from: entry)).map { .failure($0) }
    }

    private func count(_ change: (inout CacheCounts) -> Void) { counts.withLock { change(&$0) } }
}
