import Glibc
import PluginKit
import PluginTestKit
import StandardCache

/// Draws ranks so that rank k comes 1/(k+1)^s as often as rank 0.
struct Zipf {
    private let sums: [Double]
    private var numbers: SeededNumbers

    init(_ count: Int, s: Double, seed: UInt64) {
        var sum = 0.0
        sums = (1...count).map { rank in
            sum += pow(Double(rank), -s)
            return sum
        }
        numbers = SeededNumbers(seed: seed)
    }

    mutating func next() -> Int {
        let point = Double(numbers.next() >> 11) * 0x1p-53 * (sums.last ?? 0)
        var (low, high) = (0, sums.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] < point { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// Keys in the order in which they are asked for.
func traces() -> [(name: String, keys: [Int])] {
    let length = 1_000_000
    var zipf = Zipf(100_000, s: 1, seed: 7)
    let plain = (0..<length).map { _ in zipf.next() }
    var flat = Zipf(100_000, s: 0.7, seed: 8)
    // After every 20,000 draws, 20,000 keys that never come again.
    var scanning: [Int] = []
    var fresh = 1_000_000
    for (index, key) in plain.enumerated() {
        scanning.append(key)
        if index % 20_000 == 19_999 {
            scanning += fresh..<fresh + 20_000
            fresh += 20_000
        }
    }
    // The ranks wander: what was asked for most is forgotten after a while.
    let wandering = plain.enumerated().map { ($0.element + $0.offset / 50) % 100_000 + 5_000_000 }
    // Every key comes twice, the second time half a cache later, and never again.
    let twice = (0..<length).map { $0 % 500 + $0 / 1000 * 500 }
    // The same keys round and round, twice as many as there is room for at 10,000.
    let loop = (0..<length).map { $0 % 20_000 }
    return [
        ("zipf 1.0", plain), ("zipf 0.7", (0..<length).map { _ in flat.next() }), ("zipf 1.0 with scans", scanning),
        ("zipf 1.0, wandering", wandering), ("every key twice, 500 later", twice), ("loop of 20,000", loop),
    ]
}

func hitRatio(_ policy: EvictionPolicy, _ capacity: Int, _ keys: [Int]) -> Double {
    let cache = MemoryCache(policy, entryLimit: capacity)
    let entry = CacheEntry([1])
    var hits = 0
    for key in keys {
        // Mixed, as a digest would be (the finaliser of splitmix64).
        var mixed = UInt64(key) &* 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        let key = CacheKey(high: UInt64(key), low: mixed ^ mixed >> 27)
        if cache.entry(of: key, at: 0) != nil { hits += 1 } else { cache.store(entry, of: key, at: 0) }
    }
    return Double(hits) / Double(keys.count)
}

func printHitRatios() {
    print("hit ratios, 1,000,000 gets of up to 100,000 keys:")
    for (name, keys) in traces() {
        for capacity in [1000, 10_000] {
            let (lru, s3) = (hitRatio(.lru, capacity, keys), hitRatio(.s3fifo, capacity, keys))
            let percent = { (ratio: Double) in "\((ratio * 1000).rounded() / 10) %" }
            print("  \(name), room for \(capacity): lru \(percent(lru)), s3-fifo \(percent(s3))")
        }
    }
}
