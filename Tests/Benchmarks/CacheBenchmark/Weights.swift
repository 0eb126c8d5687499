import Glibc
import PluginKit
import PluginTestKit
import StandardCache

/// The memory that the process has in the machine, in bytes.
func resident() -> Int {
    guard let text = try? InputFile("/proc/self/statm").readAll(atMost: 4096) else { return 0 }
    let pages = String(decoding: text, as: UTF8.self).split(separator: " ").dropFirst().first.flatMap { Int($0) }
    return (pages ?? 0) * sysconf(Int32(_SC_PAGESIZE))
}

/// What is weighed, each in a process of its own: memory that one has freed would hide what the next one takes.
let weighings = [100...100, 1...8000, 200_000...200_000].flatMap { sizes in
    EvictionPolicy.allCases.map { (sizes: sizes, policy: $0) }
}

/// Fills a cache far beyond its bound and compares what it says with what the kernel says.
func weigh(_ number: Int) {
    let (sizes, policy) = weighings[number]
    let bound = 64 << 20
    var numbers = SeededNumbers(seed: 3)
    let before = resident()
    let cache = MemoryCache(policy, byteLimit: bound)
    let average = (sizes.lowerBound + sizes.upperBound) / 2
    var peak = 0
    for number in 0..<4 * bound / (average + 150) {
        let bytes = [UInt8](repeating: 1, count: numbers.next(in: sizes))
        cache.store(CacheEntry(bytes), of: CacheKey("page trakt-export 3f1b09c2 \(number)"), at: 0)
        if number % 64 == 0 { peak = max(peak, resident() - before) }
    }
    let figures = cache.figures
    let share = { (bytes: Int) in "\((Double(bytes) / Double(bound) * 1000).rounded() / 10) %" }
    print(
        "  answers of \(sizes.lowerBound) to \(sizes.upperBound) bytes, \(policy.rawValue): \(figures.entries ?? 0) entries, "
            + "counted \(share(figures.bytes ?? 0)), resident \(share(resident() - before)), at most \(share(peak)) of 64 MiB"
    )
}
