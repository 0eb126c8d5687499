import Glibc
import PluginKit
import PluginTestKit
import StandardCache

func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Gets of 10,000 keys that are there, in an order without pattern.
///
/// The dictionary has texts for keys, each as long as that of a page; the cache has what a page is asked for with: a
/// digest of all that, which is made once for a call.
func timeGets(_ gets: Int, rounds: Int) async {
    let texts = (0..<10_000).map { "page trakt-export 3f1b09c2 \(1_000_000 + $0)" }
    let keys = texts.map { CacheKey($0) }
    var numbers = SeededNumbers(seed: 1)
    let order = (0..<65_536).map { _ in numbers.next(below: keys.count) }
    let value = [UInt8](repeating: 7, count: 100)

    let lru = MemoryCache(.lru, entryLimit: 10_000)
    let s3 = MemoryCache(.s3fifo, entryLimit: 10_000)
    let mortal = MemoryCache(.s3fifo, entryLimit: 10_000)
    var byText: [String: [UInt8]] = [:]
    var byKey: [CacheKey: [UInt8]] = [:]
    for (text, key) in zip(texts, keys) {
        lru.store(CacheEntry(value), of: key, at: 0)
        s3.store(CacheEntry(value), of: key, at: 0)
        mortal.store(CacheEntry(value, freshUntil: 1_000_000), of: key, at: 0)
        byText[text] = value
        byKey[key] = value
    }
    let (plain, digested) = (byText, byKey)
    let guarded = Locked(byText)
    let store: any CacheStore = s3
    let log = StageLog()

    let kinds: [(name: String, get: (Int) -> Int?)] = [
        ("dictionary, text for a key", { plain[texts[$0]]?.count }),
        ("dictionary, digest for a key", { digested[keys[$0]]?.count }),
        ("dictionary behind a lock, text for a key", { index in guarded.withLock { $0[texts[index]] }?.count }),
        ("cache, lru", { lru.entry(of: keys[$0], at: 1)?.bytes.count }),
        ("cache, s3-fifo", { s3.entry(of: keys[$0], at: 1)?.bytes.count }),
        ("cache, s3-fifo, entries that expire", { mortal.entry(of: keys[$0], at: 1)?.bytes.count }),
    ]
    var seconds = [[Double]](repeating: [], count: kinds.count + 2)
    for _ in 0..<rounds {
        for kind in kinds.indices {
            let get = kinds[kind].get
            var sum = 0
            let start = cpuSeconds()
            for index in 0..<gets { sum += get(order[index & 65_535]) ?? 0 }
            seconds[kind].append(cpuSeconds() - start)
            precondition(sum == gets * value.count, "every key is there")
        }
        var sum = 0
        var start = cpuSeconds()
        for index in 0..<gets {
            let entry = await store.entry(of: keys[order[index & 65_535]], at: 1, log: log)
            sum += entry?.bytes.count ?? 0
        }
        seconds[kinds.count].append(cpuSeconds() - start)
        precondition(sum == gets * value.count, "every key is there")
        start = cpuSeconds()
        for index in 0..<gets / 10 { sum &+= Int(truncatingIfNeeded: CacheKey(texts[order[index & 65_535]]).low) }
        seconds[kinds.count + 1].append((cpuSeconds() - start) * 10)
        precondition(sum != 0, "the digests are made")
    }
    let medians = seconds.map { $0.sorted()[rounds / 2] }
    print("gets of 10,000 entries, answers of 100 bytes:")
    let names = kinds.map(\.name) + ["cache, s3-fifo, as any store, awaited", "making a digest of a text of 34 bytes"]
    for (name, median) in zip(names, medians) {
        let nanoseconds = (median / Double(gets) * 1e10).rounded() / 10
        let millions = (Double(gets) / median / 1e5).rounded() / 10
        let ratio = (median / medians[0] * 100).rounded() / 100
        print("  \(name): \(nanoseconds) ns, \(millions) M a second, \(ratio) x the first")
    }
}
