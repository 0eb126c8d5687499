import Foundation
import Glibc
import TOML
import TOMLSamples

/// Prints a line for each kind of document.
func timeSamples() throws {
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
        let times =
            fixed(median(tree) * 1e3, 1, width: 9) + fixed(size / median(tree), 0, width: 6)
            + fixed(median(reading) * 1e3, 1, width: 10) + fixed(median(python) * 1e3, 0, width: 12)
        let ratios =
            fixed(median(python) / median(tree), 1, width: 12) + "x"
            + fixed(median(python) / median(reading), 1, width: 11) + "x"
        print(padded(sample.name, 13) + fixed(size, 1, width: 7) + times + ratios)
    }
}

/// Reads everything that a value says.
private func read(_ value: TOMLValue) -> Int {
    switch value.kind {
    case .table: value.entries.reduce(0) { $0 + $1.key.utf8.count + read($1.value) }
    case .array: value.elements.reduce(0) { $0 + read($1) }
    case .string: value.string?.utf8.count ?? 0
    case .offsetDateTime: value.offsetDateTime?.secondsSince1970 ?? 0
    default: 1
    }
}
