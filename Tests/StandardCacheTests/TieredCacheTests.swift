import PluginKit
import PluginTestKit
import StandardCache
import Testing

@Suite struct TieredCacheTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder(.inMemory) }

    private func cache(entryLimit: Int = .max) -> TieredCache {
        TieredCache(MemoryCache(entryLimit: entryLimit), over: DiskCache(folder.path("cache.db")))
    }

    private func other(_ name: String, _ cache: TieredCache) -> Double? {
        cache.figures.others.first { $0.name == name }?.value
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
