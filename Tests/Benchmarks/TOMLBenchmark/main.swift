// Times the parser against Python's tomllib on four kinds of document, in the same run.
//
//     scripts/benchmark-toml [megabytes] [rounds]
//
// CPU seconds, the median of interleaved rounds. "tree" is the parse, which checks and converts every value; "read"
// also makes a String of every key and every string, as tomllib does.

import Foundation
import Glibc
import TOML

let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let megabytes = arguments.first ?? 10
let rounds = arguments.dropFirst().first ?? 5

func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

func fixed(_ value: Double, _ digits: Int, width: Int) -> String {
    let text = String(format: "%.\(digits)f", value)
    return String(repeating: " ", count: max(0, width - text.count)) + text
}

/// Reads everything that a value says.
func read(_ value: TOMLValue) -> Int {
    switch value.kind {
    case .table: value.entries.reduce(0) { $0 + $1.key.utf8.count + read($1.value) }
    case .array: value.elements.reduce(0) { $0 + read($1) }
    case .string: value.string?.utf8.count ?? 0
    case .offsetDateTime: value.offsetDateTime?.secondsSince1970 ?? 0
    default: 1
    }
}

let folder = FileManager.default.temporaryDirectory.appendingPathComponent("toml-benchmark-\(getpid())")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(at: folder) }

print("kind             MB   tree ms  MB/s   read ms   tomllib ms   tree ratio  read ratio")
for sample in SampleDocument.all(size: megabytes << 20) {
    let file = folder.appendingPathComponent(sample.name + ".toml")
    try Data(sample.bytes).write(to: file)
    var tree: [Double] = []
    var reading: [Double] = []
    var python: [Double] = []
    for _ in 0..<rounds {
        let start = cpuSeconds()
        let document = try TOMLDocument(sample.bytes, name: sample.name, options: .init(maximumSizeInBytes: .max))
        let parsed = cpuSeconds()
        let total = read(document.root)
        let all = cpuSeconds()
        precondition(total > 0)
        tree.append(parsed - start)
        reading.append(all - start)
        python.append(try Tomllib.seconds(file))
    }
    let size = Double(sample.bytes.count) / 1e6
    let name = sample.name + String(repeating: " ", count: 13 - sample.name.count)
    print(
        name + fixed(size, 1, width: 7) + fixed(median(tree) * 1e3, 1, width: 9)
            + fixed(size / median(tree), 0, width: 6) + fixed(median(reading) * 1e3, 1, width: 10)
            + fixed(median(python) * 1e3, 0, width: 12)
            + fixed(median(python) / median(tree), 1, width: 12) + "x"
            + fixed(median(python) / median(reading), 1, width: 11) + "x"
    )
}
