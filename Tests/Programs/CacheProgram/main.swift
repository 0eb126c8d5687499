// A process for the tests of the cache on the disk: it stores answers until it is killed, or so many, and says on standard
// output, a line each, how many are in the file for sure.
//
//     CacheProgram PATH NAME COUNT [stay|look|show]
//
// With `stay` it reads what it has stored, waits for a line on standard input, stores as many again, and waits until it is
// killed. With `look` it stores nothing and says how many of the answers are there. With `show` it opens the file, closes
// it, and says how many answers there are of all names.

import Glibc
import PluginKit
import StandardCache

/// Nobody reads it: what goes wrong shows in what is there.
let log = StageLog()

/// Numbered answers that tell whether they are whole.
@concurrent func fill(_ cache: DiskCache, _ name: String, _ numbers: Range<Int>) async {
    let subject = CacheSubject(pipeline: name, plugin: "program")
    for number in numbers {
        let bytes = (0..<(number * 37 % 9000)).map { UInt8(truncatingIfNeeded: $0 &+ number) }
        await cache.store(CacheEntry(bytes), of: CacheKey("\(name) \(number)"), subject: subject, at: 0, log: log)
        guard number % 10 == 9 else { continue }
        await cache.finish(log: log)
        say(number + 1)
    }
    await cache.finish(log: log)
}

/// How many of the answers are there.
@concurrent func look(_ cache: DiskCache, _ name: String, _ numbers: Range<Int>) async -> Int {
    var count = 0
    for number in numbers
    where await cache.entry(of: CacheKey("\(name) \(number)"), at: 0, log: log) != nil { count += 1 }
    return count
}

func say(_ number: Int) {
    let line = Array("\(number)\n".utf8)
    write(1, line, line.count)
}

let arguments = CommandLine.arguments
let (path, name, count) = (arguments[1], arguments[2], Int(arguments[3]) ?? 0)
let cache = DiskCache(path)
switch arguments.dropFirst(4).first {
case "stay":
    await fill(cache, name, 0..<count)
    guard await look(cache, name, 0..<count) == count else { exit(2) }
    say(0)
    _ = readLine()
    await fill(cache, name, count..<2 * count)
    while true { pause() }
case "look":
    say(await look(cache, name, 0..<count))
case "show":
    guard let contents = try? CacheFile(path).contents(at: 0) else { exit(3) }
    say(contents.reduce(0) { $0 + $1.entries })
    exit(0)
default:
    await fill(cache, name, 0..<count)
}
exit(cache.figures.failed == 0 ? 0 : 1)
