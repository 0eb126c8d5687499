import Glibc
import PluginKit
import PluginTestKit
import StandardCache

func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Gets of 10,000 keys that are there, in an order without pattern: each is as long as that of a page.
func timeGets(_ gets: Int, rounds: Int) {
    let keys = (0..<10_000).map { "page trakt-export 3f1b09c2 \(1_000_000 + $0)" }
    var numbers = SeededNumbers(seed: 1)
    let order = (0..<65_536).map { _ in numbers.next(below: keys.count) }
    let value = [UInt8](repeating: 7, count: 100)

    let lru = MemoryCache(.lru, entryLimit: 10_000)
    let s3 = MemoryCache(.s3fifo, entryLimit: 10_000)
    let mortal = MemoryCache(.lru, entryLimit: 10_000)
    var dictionary: [String: [UInt8]] = [:]
    for key in keys {
        lru.store(CacheEntry(value), of: key, at: 0)
        s3.store(CacheEntry(value), of: key, at: 0)
        mortal.store(CacheEntry(value, freshUntil: 1_000_000), of: key, at: 0)
        dictionary[key] = value
    }
    let guarded = Guarded(dictionary)

    var kinds: [(name: String, seconds: [Double], get: (String) -> Int?)] = [
        ("dictionary", [], { dictionary[$0]?.count }),
        ("dictionary behind a lock", [], { key in guarded.withLock { $0[key] }?.count }),
        ("cache, lru", [], { lru.entry(of: $0, at: 1)?.bytes.count }),
        ("cache, lru, entries that expire", [], { mortal.entry(of: $0, at: 1)?.bytes.count }),
        ("cache, s3-fifo", [], { s3.entry(of: $0, at: 1)?.bytes.count }),
    ]
    for _ in 0..<rounds {
        for kind in kinds.indices {
            let get = kinds[kind].get
            var sum = 0
            let start = cpuSeconds()
            for index in 0..<gets { sum += get(keys[order[index & 65_535]]) ?? 0 }
            kinds[kind].seconds.append(cpuSeconds() - start)
            precondition(sum == gets * value.count, "every key is there")
        }
    }
    let medians = kinds.map { $0.seconds.sorted()[rounds / 2] }
    print("gets of 10,000 entries, keys of 34 bytes:")
    for (kind, median) in zip(kinds, medians) {
        let nanoseconds = (median / Double(gets) * 1e10).rounded() / 10
        let millions = (Double(gets) / median / 1e5).rounded() / 10
        let ratio = (median / medians[0] * 100).rounded() / 100
        print("  \(kind.name): \(nanoseconds) ns, \(millions) M a second, \(ratio) x the dictionary")
    }
}
