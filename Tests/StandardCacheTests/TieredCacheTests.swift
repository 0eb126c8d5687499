import PluginKit
import PluginTestKit
import StandardCache
import Testing

@Suite struct TieredCacheTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder(.inMemory) }

    private func cache(entryLimit: Int = .max) -> LoggedStore<TieredCache> {
        LoggedStore(TieredCache(MemoryCache(entryLimit: entryLimit), over: DiskCache(folder.path("cache.db"))))
    }

    private func other(_ name: String, _ cache: LoggedStore<TieredCache>) -> Double? {
        (cache.figures.others + cache.figures.levels).first { $0.name == name }?.number
    }

    /// A store that has one entry and gives it when it is told to.
    private final class SlowStore: CacheStore {
        private struct State {
            var entry: CacheEntry?
            var isAsked = false
            var mayAnswer: Bool
        }

        private let state: Locked<State>

        init(_ entry: CacheEntry?, answersAtOnce: Bool = true) {
            state = Locked(State(entry: entry, mayAnswer: answersAtOnce))
        }

        var figures: CacheFigures { CacheFigures() }
        var isAsked: Bool { state.withLock { $0.isAsked } }
        func answer() { state.withLock { $0.mayAnswer = true } }

        func entry(of key: CacheKey, at now: Int64, log: StageLog) async -> CacheEntry? {
            // What it had when it was asked.
            let entry = state.withLock { state in
                state.isAsked = true
                return state.entry
            }
            while !state.withLock({ $0.mayAnswer }) { await Task.yield() }
            return entry
        }

        func store(
            _ entry: CacheEntry,
            of key: CacheKey,
            subject: CacheSubject,
            at now: Int64,
            log: StageLog
        ) async {
            state.withLock { $0.entry = entry }
        }
    }

    @Test func `an answer of the second store does not replace one that was stored meanwhile`() async {
        let back = SlowStore(CacheEntry([1], storedAt: 1), answersAtOnce: false)
        let cache = LoggedStore(TieredCache(MemoryCache(), over: back))
        async let found = cache.entry(of: "a", at: 5)
        while !back.isAsked { await Task.yield() }
        await cache.keep(CacheEntry([2], storedAt: 5), of: "a", at: 5)
        back.answer()
        #expect(await found?.bytes == [2])
        #expect(await cache.entry(of: "a", at: 5)?.bytes == [2])
    }

    @Test func `an expired answer in memory hides no fresher one in the second store`() async {
        let front = MemoryCache()
        front.store(CacheEntry([1], storedAt: 1, freshUntil: 10, keptUntil: 90), of: CacheKey("a"), at: 1)
        let fresh = CacheEntry([2], storedAt: 12, freshUntil: 30)
        let cache = LoggedStore(TieredCache(front, over: SlowStore(fresh)))
        #expect(await cache.entry(of: "a", at: 9)?.bytes == [1])
        #expect(await cache.entry(of: "a", at: 15) == fresh)
        #expect(front.entry(of: CacheKey("a"), at: 15) == fresh)
        // The other way round the one in memory counts.
        let other = LoggedStore(TieredCache(front, over: SlowStore(CacheEntry([3], storedAt: 2))))
        #expect(await other.entry(of: "a", at: 15) == fresh)
        #expect(await LoggedStore(TieredCache(front, over: SlowStore(nil))).entry(of: "a", at: 15) == fresh)
    }

    @Test func `what is found in the file is in memory from then on, and holds no longer than it would have`() async {
        let entry = CacheEntry([1], storedAt: 3, freshUntil: 10, usableUntil: 12, keptUntil: 30)
        let first = cache()
        await first.keep(entry, of: "a")
        await first.finish()
        let later = cache()
        for _ in 0..<3 { #expect(await later.entry(of: "a", at: 20) == entry) }
        #expect(other("promoted", later) == 1)
        #expect(other("entries in memory", later) == 1)
        #expect(await later.entry(of: "a", at: 30) == nil)
    }

    @Test func `what has no room in memory is still in the file`() async {
        let cache = cache(entryLimit: 2)
        for number in 0..<20 { await cache.keep(CacheEntry([UInt8(number)]), of: "\(number)") }
        for number in 0..<20 { #expect(await cache.entry(of: "\(number)", at: 0)?.bytes == [UInt8(number)]) }
        await cache.finish()
        #expect(cache.figures.entries == 20)
        #expect(other("entries in memory", cache) == 2)
    }

    @Test func `what is stored anew is given from both`() async {
        let cache = cache()
        for number in 0..<3 { await cache.keep(CacheEntry([UInt8(number)]), of: "a") }
        #expect(await cache.entry(of: "a", at: 0)?.bytes == [2])
        await cache.finish()
        #expect(await self.cache().entry(of: "a", at: 0)?.bytes == [2])
    }
}
