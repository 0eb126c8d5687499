// A process for the tests of the cache on the disk: it stores answers until it is killed, or so many, and says on standard
// output, a line each, how many are in the file for sure.
//
//     CacheProgram PATH NAME COUNT

import Glibc
import PluginKit
import StandardCache

/// Numbered answers that tell whether they are whole.
@concurrent func fill(_ path: String, _ name: String, _ count: Int) async -> CacheFigures {
    let cache = DiskCache(path)
    let subject = CacheSubject(pipeline: name, plugin: "program")
    for number in 0..<count {
        let bytes = (0..<(number * 37 % 9000)).map { UInt8(truncatingIfNeeded: $0 &+ number) }
        await cache.store(CacheEntry(bytes), of: CacheKey("\(name) \(number)"), subject: subject, at: 0)
        guard number % 10 == 9 else { continue }
        await cache.finish()
        let line = Array("\(number + 1)\n".utf8)
        write(1, line, line.count)
    }
    await cache.finish()
    return cache.figures
}

let arguments = CommandLine.arguments
exit(await fill(arguments[1], arguments[2], Int(arguments[3]) ?? 0).failed == 0 ? 0 : 1)
