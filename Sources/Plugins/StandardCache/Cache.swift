package import PluginKit

/// Keeps answers, and gives them again instead of making the call.
package struct Cache: Middleware {
    package static let name = "cache"
    package static let summary = "Keeps answers and gives them again instead of making the call."
    package static let details = """
        What is kept are pages of sources, or, of sources that ask web servers, the servers' answers. The key says which \
        plugin with which options, or which request with which credentials, so nobody gets what was read for somebody \
        else. Writes are never kept, nor is what a source or a server says must not be used again.

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

    private let pipeline: String
    /// Of a stage that asks servers, which say what may be kept, the exchanges, and not the pages made of them.
    package let calls: Set<CallKind>
    private let shelf: CacheShelf
    private let clock: CacheClock
    private let lifetimes: Lifetimes
    /// How a remembered failure is forgotten, in words.
    private let remedy: String
    private let refreshes = Refreshes()
    private let counts = Guarded(CacheCounts())

    package init(_ options: Options, in context: StageContext) throws {
        pipeline = context.run.pipeline
        calls = context.makesExchanges ? [.exchange] : [.page]
        clock = CacheClock(context.time)
        lifetimes = Lifetimes(options, context.random)
        let name = "cache \(context.layer) \(options.storeIdentity)"
        remedy = options.remedy(in: pipeline)
        shelf = try context.shared.object(name) { CacheShelf(try options.makeStore(in: context)) }
    }

    package var figures: [Figure] { counts.withLock { $0 }.figures(shelf.store.figures, at: clock.now) }

    package func finish() async {
        await refreshes.finish()
        await shelf.store.finish()
    }

    package func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        guard let memo = call.memo, calls.contains(call.kind) else { return try await next(call) }
        let now = clock.now
        if let entry = shelf.store.entryAtOnce(of: memo.key, at: now), entry.freshUntil > now, !entry.isFailure {
            do {
                let answer = try memo.decode(entry.bytes)
                count { $0.hits += 1 }
                return answer
            } catch {
                // Looked for once more, and fetched, if its bytes are of no use.
            }
        }
        return try await answer(to: call, memo, next)
    }

    /// Answers a call whose answer is not at hand.
    private func answer<Input: Sendable, Output: Sendable>(
        to call: Call<Input, Output>,
        _ memo: Memo<Output>,
        _ next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        let kept = await kept(memo)
        switch kept {
        case .fresh(let answer):
            count { $0.hit(answer) }
            return try answer.get()
        case .late(let answer):
            count { counts in
                counts.hit(answer)
                counts.stale += 1
            }
            refresh(call, memo, try? answer.get(), next)
            return try answer.get()
        case .over, .none: break
        }
        let turn = try await shelf.flights.turn(memo.key) { count { $0.waits += 1 } }
        if case .take(let entry) = turn, let answer = answer(in: entry, memo) {
            count { $0.hit(answer) }
            return try answer.get()
        }
        guard case .fetch = turn else {
            // What another one has fetched cannot be read, so what it would leave is of no use to anybody.
            count { $0.misses += 1 }
            return try await next(call)
        }
        // Between the look and the turn another one may have brought it.
        if let entry = await shelf.store.entry(of: memo.key, at: clock.now), entry.freshUntil > clock.now,
            let answer = answer(in: entry, memo)
        {
            shelf.flights.land(memo.key, entry)
            count { $0.hit(answer) }
            return try answer.get()
        }
        count { $0.misses += 1 }
        do {
            let output = try await fetch(call, memo, kept.over, next)
            await keep(entry(of: output, call, memo), memo)
            return output
        } catch {
            await keep(lifetimes.entry(failure: error, at: clock.now), memo)
            throw error
        }
    }

    /// Asks whether a kept answer still holds, if there is one and a way to ask, or else for a new one.
    private func fetch<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        _ memo: Memo<Output>,
        _ kept: Output?,
        _ next: @Sendable (Call<Input, Output>) async throws -> Output
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
        _ call: Call<Input, Output>,
        _ memo: Memo<Output>
    ) -> CacheEntry? {
        lifetimes.entry(
            answer: memo.encode(output),
            memo.keeping(output),
            canBeAskedAbout: call.revalidation?.asking(call.input, output) != nil,
            at: clock.now
        )
    }

    /// Keeps an entry, if there is one, and tells who waits.
    private func keep<Output>(_ entry: CacheEntry?, _ memo: Memo<Output>) async {
        if let entry {
            let subject = CacheSubject(pipeline: pipeline, plugin: memo.subject)
            await shelf.store.store(entry, of: memo.key, subject: subject, at: clock.now)
        }
        shelf.flights.land(memo.key, entry)
    }

    /// Fetches an answer anew beside the call, unless somebody does so already.
    private func refresh<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        _ memo: Memo<Output>,
        _ kept: Output?,
        _ next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) {
        guard shelf.flights.begin(memo.key) else { return }
        refreshes.begin {
            do {
                let output = try await fetch(call, memo, kept, next)
                await keep(entry(of: output, call, memo), memo)
            } catch {
                // The old answer is given until its time is over; then a call is made, and its failure told.
                shelf.flights.land(memo.key, nil)
            }
        }
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

    private func kept<Output>(_ memo: Memo<Output>) async -> Kept<Output> {
        let now = clock.now
        guard let entry = await shelf.store.entry(of: memo.key, at: now), let answer = answer(in: entry, memo)
        else {
            return .none
        }
        if entry.freshUntil > now { return .fresh(answer) }
        if entry.usableUntil > now { return .late(answer) }
        return (try? answer.get()).map { .over($0) } ?? .none
    }

    /// The answer or the failure of an entry; nil if its bytes are neither.
    private func answer<Output>(in entry: CacheEntry, _ memo: Memo<Output>) -> Result<Output, any Error>? {
        guard entry.isFailure else { return (try? memo.decode(entry.bytes)).map { .success($0) } }
        return (try? Lifetimes.failure(from: entry, remedy: remedy)).map { .failure($0) }
    }

    private func count(_ change: (inout CacheCounts) -> Void) { counts.withLock { change(&$0) } }
}
