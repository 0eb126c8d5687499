import Glibc
import PluginKit
import PluginTestKit
import StandardCache
import TestTags
import Testing

@Suite(.tags(.fuzz)) struct DiskCacheTests {
    private let folder: TemporaryFolder
    private let log = StageLog()

    init() throws { folder = try TemporaryFolder(.inMemory) }

    private var path: String { folder.path("state/cache.db") }

    private func cache(
        _ policy: EvictionPolicy = .s3fifo,
        entryLimit: Int = .max,
        byteLimit: Int = .max
    ) -> LoggedStore<DiskCache> {
        LoggedStore(DiskCache(path, policy: policy, entryLimit: entryLimit, byteLimit: byteLimit), log)
    }

    @Test(arguments: EvictionPolicy.allCases)
    func `gives back what was stored last under a key, immediately and in a later run`(policy: EvictionPolicy) async {
        let cache = cache(policy)
        #expect(await cache.entry(of: "a", at: 0) == nil)
        await cache.keep(CacheEntry([1]), of: "a")
        await cache.keep(CacheEntry([2], isFailure: true), of: "b")
        await cache.keep(CacheEntry([3, 4], storedAt: 5, freshUntil: 9, usableUntil: 12, keptUntil: 30), of: "a")
        for later in [cache, nil] {
            let cache = later ?? self.cache(policy)
            #expect(
                await cache.entry(of: "a", at: 8)
                    == CacheEntry([3, 4], storedAt: 5, freshUntil: 9, usableUntil: 12, keptUntil: 30)
            )
            #expect(await cache.entry(of: "b", at: 8) == CacheEntry([2], isFailure: true))
            #expect(await cache.entry(of: "c", at: 8) == nil)
            await cache.finish()
            #expect(cache.figures.entries == 2)
            #expect(cache.figures.oldest == 0)
        }
        #expect(log.all.isEmpty)
    }

    @Test func `nobody but its owner may read it`() async throws {
        let cache = cache()
        await cache.keep(CacheEntry([1]), of: "a")
        await cache.finish()
        for name in folder.files {
            var status = stat()
            #expect(stat(folder.path(name), &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600)
        }
        #expect(folder.files.contains("state/cache.db"))
    }

    @Test(arguments: zip([9, 29, 30] as [Int64], [true, true, false]))
    func `an entry is there until it is good for nothing any more`(now: Int64, isThere: Bool) async {
        let cache = cache()
        await cache.keep(CacheEntry([1], freshUntil: 10, usableUntil: 12, keptUntil: 30), of: "a")
        #expect((await cache.entry(of: "a", at: now) != nil) == isThere)
        await cache.finish()
        #expect((await self.cache().entry(of: "a", at: now) != nil) == isThere)
    }

    @Test func `entries whose time is over go, some with each write`() async {
        let cache = cache()
        for number in 0..<200 { await cache.keep(CacheEntry([1], freshUntil: 10), of: "\(number)") }
        await cache.finish()
        #expect(cache.figures.entries == 200)
        await cache.keep(CacheEntry([1], freshUntil: 40), of: "new", at: 20)
        await cache.finish()
        #expect(cache.figures.entries == 1)
        #expect(cache.figures.expired == 200)
    }

    @Test func `answers whose time is over are not shown, though they are in the file`() async throws {
        let cache = cache()
        for number in 0..<9 { await cache.keep(CacheEntry([1], freshUntil: Int64(number) + 1), of: "\(number)") }
        await cache.finish()
        #expect(try CacheFile(path).contents(at: 0).map(\.entries) == [9])
        #expect(try CacheFile(path).contents(at: 6).map(\.entries) == [3])
    }

    @Test func `the entry that was not asked for the longest makes room, over several runs`() async {
        for key in ["a", "b", "c"] {
            let run = cache(.lru, entryLimit: 3)
            await run.keep(CacheEntry([1]), of: key)
            await run.finish()
        }
        let run = cache(.lru, entryLimit: 3)
        _ = await run.entry(of: "a", at: 0)
        await run.finish()
        await run.keep(CacheEntry([1]), of: "d")
        await run.finish()
        var there: [Bool] = []
        for key in ["a", "b", "c", "d"] { there.append(await run.entry(of: key, at: 0) != nil) }
        #expect(there == [true, false, true, true])
        #expect(run.figures.evicted == 1)
    }

    @Test func `a scan pushes nothing out that is used, if the policy is S3-FIFO`() async {
        var survivors: [Int] = []
        for policy in [EvictionPolicy.s3fifo, .lru] {
            let path = folder.path("\(policy).db")
            let cache = LoggedStore(DiskCache(path, policy: policy, entryLimit: 100))
            for round in 0..<2 {
                for key in 0..<50 {
                    if round == 0 { await cache.keep(CacheEntry([1]), of: "used \(key)") }
                    _ = await cache.entry(of: CacheKey("used \(key)"), at: 0)
                }
                await cache.finish()
            }
            for key in 0..<500 {
                await cache.keep(CacheEntry([1]), of: "once \(key)")
                if key % 20 == 19 { await cache.finish() }
            }
            var count = 0
            for key in 0..<50 where await cache.entry(of: CacheKey("used \(key)"), at: 0) != nil { count += 1 }
            survivors.append(count)
        }
        #expect(survivors == [50, 0])
    }

    @Test func `what comes again soon after it went need not prove itself`() async {
        let cache = cache(entryLimit: 20)
        for key in 0..<40 {
            await cache.keep(CacheEntry([1]), of: "\(key)")
            await cache.finish()
        }
        #expect(await cache.entry(of: "10", at: 0) == nil)
        await cache.keep(CacheEntry([1]), of: "10")
        for key in 100..<140 {
            await cache.keep(CacheEntry([1]), of: "\(key)")
            await cache.finish()
        }
        #expect(await cache.entry(of: "10", at: 0) != nil)
    }

    @Test(arguments: [100...100, 1...8000, 100_000...200_000])
    func `takes about as many bytes as it may, in the file as well`(sizes: ClosedRange<Int>) async throws {
        let limit = 2 << 20
        let cache = LoggedStore(DiskCache(path, byteLimit: limit, packs: false))
        var numbers = SeededNumbers(seed: 5)
        let count = 2 * limit / (sizes.lowerBound + sizes.upperBound) * 2
        for number in 0..<count {
            let bytes = [UInt8](repeating: 1, count: numbers.next(in: sizes))
            await cache.keep(CacheEntry(bytes), of: "a key of \(number)")
            if number % 1000 == 999 { await cache.finish() }
        }
        await cache.finish()
        let counted = try #require(cache.figures.bytes)
        #expect(counted <= limit)
        #expect(counted > limit * 9 / 10)
        // A new answer comes before another one goes for it.
        let taken = try folder.bytes(of: "state/cache.db").count
        #expect(
            taken <= limit * 21 / 20 + sizes.upperBound,
            "\(taken) of \(limit), \(counted) counted, \(cache.figures)"
        )
    }

    @Test func `what is larger than all there may be is not kept, nor what was there before`() async {
        let cache = LoggedStore(DiskCache(path, byteLimit: 10_000, packs: false))
        await cache.keep(CacheEntry([1]), of: "a")
        await cache.finish()
        await cache.keep(CacheEntry([UInt8](repeating: 1, count: 20_000)), of: "a")
        await cache.finish()
        #expect(await cache.entry(of: "a", at: 0) == nil)
        #expect(cache.figures.refused == 1)
        #expect(cache.figures.entries == 0)
    }

    @Test func `answers are packed where that makes them shorter`() async throws {
        let bytes = Array(String(repeating: "a film and its year ", count: 5000).utf8)
        for packs in [true, false] {
            let cache = LoggedStore(DiskCache(folder.path("\(packs).db"), packs: packs))
            await cache.keep(CacheEntry(bytes), of: "a")
            await cache.finish()
            #expect(await cache.entry(of: "a", at: 0)?.bytes == bytes)
            #expect((cache.figures.bytes ?? 0 < 10_000) == packs)
        }
    }

    @Test func `two that have the file open see what the other stores, and keep the bounds together`() async {
        let (one, other) = (cache(entryLimit: 50), cache(entryLimit: 50))
        await withTaskGroup { group in
            for (name, cache) in [("one", one), ("other", other)] {
                group.addTask {
                    for number in 0..<200 {
                        await cache.keep(CacheEntry([UInt8(number)]), of: "\(name) \(number)")
                        if number % 7 == 0 { await cache.finish() }
                    }
                    await cache.finish()
                }
            }
        }
        await one.keep(CacheEntry([9]), of: "last")
        await one.finish()
        #expect(await other.entry(of: "last", at: 0)?.bytes == [9])
        await other.finish()
        #expect(other.figures.entries == 50)
        #expect(one.figures.failed + other.figures.failed == 0)
        #expect(log.all.isEmpty)
    }

    @Test func `many may use it simultaneously`() async {
        let cache = cache(entryLimit: 50)
        await withTaskGroup { group in
            for task in 0..<4 {
                group.addTask {
                    var numbers = SeededNumbers(seed: UInt64(task))
                    for now in 0..<200 {
                        let key = numbers.next(below: 100)
                        let entry = await cache.entry(of: CacheKey("\(key)"), at: Int64(now))
                        #expect(entry == nil || entry?.bytes == [UInt8(key)])
                        await cache.keep(
                            CacheEntry([UInt8(key)], freshUntil: Int64(now + 40)),
                            of: "\(key)",
                            at: Int64(now)
                        )
                    }
                }
            }
        }
        await cache.finish()
        #expect(cache.figures.failed == 0)
        #expect(cache.figures.entries ?? 99 <= 50)
    }
}
