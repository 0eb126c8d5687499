import PluginKit
import PluginTestKit
import StandardCache
import TestTags
import Testing

@Suite(.tags(.fuzz)) struct MemoryCacheTests {
    @Test(arguments: EvictionPolicy.allCases)
    func `gives back what was stored last under a key`(policy: EvictionPolicy) {
        let cache = MemoryCache(policy)
        #expect(cache.entry(of: CacheKey("a"), at: 0) == nil)
        cache.store(CacheEntry([1]), of: CacheKey("a"), at: 0)
        cache.store(CacheEntry([2], isFailure: true), of: CacheKey("b"), at: 0)
        cache.store(CacheEntry([3, 4], freshUntil: 9, usableUntil: 12), of: CacheKey("a"), at: 0)
        #expect(cache.entry(of: CacheKey("a"), at: 8) == CacheEntry([3, 4], freshUntil: 9, usableUntil: 12))
        #expect(cache.entry(of: CacheKey("b"), at: 8) == CacheEntry([2], isFailure: true))
        #expect(cache.figures.entries == 2)
    }

    @Test(arguments: zip([9, 10, 11, 12] as [Int64], [true, true, true, false]))
    func `an entry is there until it may not be used any more`(now: Int64, isThere: Bool) {
        let cache = MemoryCache()
        cache.store(CacheEntry([1], freshUntil: 10, usableUntil: 12), of: CacheKey("a"), at: 0)
        #expect((cache.entry(of: CacheKey("a"), at: now) != nil) == isThere)
    }

    @Test func `the entry that was not asked for the longest makes room`() {
        let cache = MemoryCache(.lru, entryLimit: 3)
        for key in ["a", "b", "c"] { cache.store(CacheEntry([1]), of: CacheKey(key), at: 0) }
        _ = cache.entry(of: CacheKey("a"), at: 0)
        cache.store(CacheEntry([1]), of: CacheKey("d"), at: 0)
        #expect(["a", "b", "c", "d"].map { cache.entry(of: CacheKey($0), at: 0) != nil } == [true, false, true, true])
        #expect(cache.figures.evicted == 1)
    }

    @Test func `a scan pushes nothing out that is used, if the policy is S3-FIFO`() {
        let survivors = [EvictionPolicy.s3fifo, .lru].map { policy in
            let cache = MemoryCache(policy, entryLimit: 100)
            for _ in 0..<3 {
                for key in 0..<50 where cache.entry(of: CacheKey("used \(key)"), at: 0) == nil {
                    cache.store(CacheEntry([1]), of: CacheKey("used \(key)"), at: 0)
                }
            }
            for key in 0..<1000 { cache.store(CacheEntry([1]), of: CacheKey("once \(key)"), at: 0) }
            return (0..<50).count { cache.entry(of: CacheKey("used \($0)"), at: 0) != nil }
        }
        #expect(survivors == [50, 0])
    }

    @Test func `what is stored anew keeps what it has proved`() {
        let cache = MemoryCache(entryLimit: 100)
        let keys = (0..<50).map { CacheKey("used \($0)") }
        let scan = { (round: Int) in
            for key in 0..<300 { cache.store(CacheEntry([1]), of: CacheKey("once \(round) \(key)"), at: 0) }
        }
        for _ in 0..<3 {
            for key in keys where cache.entry(of: key, at: 0) == nil { cache.store(CacheEntry([1]), of: key, at: 0) }
        }
        scan(0)
        for key in keys { cache.store(CacheEntry([2]), of: key, at: 0) }
        scan(1)
        #expect(keys.count { cache.entry(of: $0, at: 0)?.bytes == [2] } == 50)
    }

    @Test func `what has no room at all pushes nothing out`() {
        let cache = MemoryCache(byteLimit: 50_000)
        for number in 0..<20 { cache.store(CacheEntry([1]), of: CacheKey("\(number)"), at: 0) }
        cache.store(CacheEntry([UInt8](repeating: 1, count: 60_000)), of: CacheKey("large"), at: 0)
        #expect(cache.figures.entries == 20)
        #expect(cache.figures.refused == 1)
    }

    @Test(arguments: EvictionPolicy.allCases)
    func `an answer that grows where it is keeps to the bounds`(policy: EvictionPolicy) {
        let cache = MemoryCache(policy, byteLimit: 60_000)
        for size in [10, 1000, 20_000, 35_000, 10] {
            for key in 0..<5 {
                let bytes = [UInt8](repeating: UInt8(key), count: size)
                cache.store(CacheEntry(bytes), of: CacheKey("\(key)"), at: 0)
                #expect(cache.entry(of: CacheKey("\(key)"), at: 0)?.bytes == bytes)
                #expect(cache.figures.bytes ?? .max <= 60_000)
            }
        }
        #expect(cache.figures.entries ?? 0 >= 1)
    }

    @Test func `the oldest is found among many`() {
        let cache = MemoryCache()
        for key in 0..<10_000 {
            cache.store(CacheEntry([], storedAt: Int64(20_000 - key)), of: CacheKey("\(key)"), at: 0)
        }
        #expect(cache.figures.oldest == 10_001)
    }

    @Test func `entries whose time is over go one by one with the calls, unasked`() {
        let cache = MemoryCache()
        for key in 0..<100 { cache.store(CacheEntry([1], freshUntil: 10), of: CacheKey("\(key)"), at: 0) }
        cache.store(CacheEntry([1]), of: CacheKey("stays"), at: 0)
        #expect(cache.figures.entries == 101)
        _ = cache.entry(of: CacheKey("stays"), at: 20)
        #expect(cache.figures.entries ?? 0 >= 100)
        for _ in 0..<101 { _ = cache.entry(of: CacheKey("stays"), at: 20) }
        #expect(cache.figures.entries == 1)
        #expect(cache.figures.expired == 100)
    }

    @Test(arguments: EvictionPolicy.allCases)
    func `never takes more bytes than it may`(policy: EvictionPolicy) {
        let cache = MemoryCache(policy, byteLimit: 50_000)
        var numbers = SeededNumbers(seed: 5)
        for _ in 0..<3000 {
            let bytes = [UInt8](repeating: 1, count: numbers.next(in: 0...2000))
            cache.store(CacheEntry(bytes), of: CacheKey("a key of \(numbers.next(below: 500))"), at: 0)
            #expect(cache.figures.bytes ?? .max <= 50_000)
        }
        #expect(cache.figures.entries ?? 0 > 10)
    }

    @Test func `what is larger than all there may be is not kept, nor what was there before`() {
        let cache = MemoryCache(byteLimit: 10_000)
        cache.store(CacheEntry([1]), of: CacheKey("a"), at: 0)
        cache.store(CacheEntry([UInt8](repeating: 1, count: 20_000)), of: CacheKey("a"), at: 0)
        #expect(cache.entry(of: CacheKey("a"), at: 0) == nil)
        #expect(cache.figures.refused == 1)
    }

    /// A dictionary and a list of keys by last use is what the arrays must not differ from.
    @Test(arguments: 1...8)
    func `does what a dictionary with a list would do`(seed: UInt64) {
        let cache = MemoryCache(.lru, entryLimit: 20)
        var numbers = SeededNumbers(seed: seed)
        var model: [(key: String, entry: CacheEntry)] = []
        for step in 0..<2000 {
            let key = "key \(numbers.next(below: 40))"
            if numbers.next(below: 2) == 0 {
                let entry = CacheEntry([UInt8(step & 0xFF)])
                cache.store(entry, of: CacheKey(key), at: 0)
                model.removeAll { $0.key == key }
                model.append((key, entry))
                if model.count > 20 { model.removeFirst() }
            } else {
                let found = model.firstIndex { $0.key == key }
                #expect(cache.entry(of: CacheKey(key), at: 0) == found.map { model[$0].entry })
                if let found { model.append(model.remove(at: found)) }
            }
            #expect(cache.figures.entries == model.count)
        }
    }

    @Test(arguments: EvictionPolicy.allCases)
    func `many may use it simultaneously`(policy: EvictionPolicy) async {
        let cache = MemoryCache(policy, entryLimit: 50)
        await withTaskGroup { group in
            for task in 0..<4 {
                group.addTask {
                    var numbers = SeededNumbers(seed: UInt64(task))
                    for now in 0..<500 {
                        let key = numbers.next(below: 100)
                        let entry = cache.entry(of: CacheKey("\(key)"), at: Int64(now))
                        #expect(entry == nil || entry?.bytes == [UInt8(key)])
                        cache.store(
                            CacheEntry([UInt8(key)], freshUntil: Int64(now + 40)),
                            of: CacheKey("\(key)"),
                            at: Int64(now)
                        )
                    }
                }
            }
        }
        #expect(cache.figures.entries ?? .max <= 50)
    }
}
