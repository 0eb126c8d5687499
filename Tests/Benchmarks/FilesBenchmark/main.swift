// Times the source `generate` and the sinks `csv` and `json-lines`, batch by batch, without an engine.
//
//     swift run -c release FilesBenchmark [rows] [rounds]
//
// CPU nanoseconds a row of five columns (a number, a text of 8 to 20 letters, a real, a time, one of two words), the
// median of interleaved rounds; the files go to the temporary folder. "no real" leaves the real out, whose shortest
// form is the standard library's work.

import Glibc
import PluginKit
import PluginTestKit
import Records
import StandardFiles
import Synthetic

let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let rows = arguments.first ?? 1_000_000
let rounds = arguments.dropFirst().first ?? 5

func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

func readAll(_ source: GenerateSource, _ body: (inout Batch) throws -> Void) throws {
    for first in stride(from: 0, to: rows, by: 1000) {
        var batch = Batch(source.schema, capacity: 1000)
        _ = try source.read(at: first, for: ReadRequest(source.schema), into: &batch)
        try body(&batch)
    }
}

/// Writes one batch again and again; returns CPU seconds and bytes.
func write<S: Sink>(_ sink: S, _ batch: Batch) async throws -> (seconds: Double, bytes: Int) {
    let start = cpuSeconds()
    var mark: S.Mark?
    for _ in 0..<rows / batch.count {
        var copy = batch
        mark = try await sink.write(&copy, at: mark)
    }
    let delivery = try await sink.finish(at: mark)
    let seconds = cpuSeconds() - start
    await sink.abandon(at: nil)
    return (seconds, delivery.files.reduce(0) { $0 + $1.bytes })
}

let folder = try TemporaryFolder()
let all =
    #"["id: sequence", "name: text 8..20", "score: real 0..1", "at: instant 2010-01-01..2026-01-01", "kind: choice film|show"]"#
let source = try Bench().source(GenerateSource.self, options: "rows = \(rows)\ncolumns = \(all)")
var sample = Batch(source.schema)
_ = try source.read(at: nil, for: ReadRequest(source.schema), into: &sample)

var times: [String: [Double]] = [:]
var sizes: [String: Int] = [:]
let someColumns = #"columns = ["id", "name", "at", "kind"]"#
for _ in 0..<rounds {
    let start = cpuSeconds()
    var count = 0
    try readAll(source) { count += $0.count }
    times["generate", default: []].append(cpuSeconds() - start)
    precondition(count == rows)
    for (name, options) in [("csv", ""), ("csv, no real", someColumns), ("csv, parts", "max_bytes = \"10 MB\"")] {
        let sink = try Bench().sink(
            CSVSink.self,
            options: "path = \"\(folder.path("a.csv"))\"\n\(options)",
            input: source.schema
        )
        let (seconds, bytes) = try await write(sink, sample)
        times[name, default: []].append(seconds)
        sizes[name] = bytes
    }
    for (name, options) in [("json-lines", ""), ("json-lines, no real", someColumns)] {
        let sink = try Bench()
            .sink(JSONLinesSink.self, options: "path = \"\(folder.path("a.jsonl"))\"\n\(options)", input: source.schema)
        let (seconds, bytes) = try await write(sink, sample)
        times[name, default: []].append(seconds)
        sizes[name] = bytes
    }
}
print("\(rows) rows, \(rounds) rounds")
for (name, seconds) in times.sorted(by: { $0.key < $1.key }) {
    let median = seconds.sorted()[seconds.count / 2]
    let size = sizes[name].map { ", \($0 >> 20) MiB, \(Int(Double($0) / median / 1e6)) MB/s" } ?? ""
    print("\(name): \(Int(median / Double(rows) * 1e9)) ns a row\(size)")
}
