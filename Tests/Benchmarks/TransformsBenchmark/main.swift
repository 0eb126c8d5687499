// Times the transforms with a memory and those with several outputs, batch by batch, without an engine.
//
//     swift run -c release TransformsBenchmark [rows] [rounds]
//
// CPU nanoseconds a record of four columns (a number, an id, a text of 8 to 20 letters, one of three words), the median
// of interleaved rounds; what "nothing" takes is in all of them.

import Glibc
import PluginKit
import PluginTestKit
import Records
import StandardTransforms
import Synthetic

let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let rows = arguments.first ?? 1_000_000
let rounds = arguments.dropFirst().first ?? 5
let pageSize = 1000

func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// The memory that the process has in the machine, in MiB.
func residentMiB() -> Double {
    guard let text = try? InputFile("/proc/self/statm").readAll(atMost: 4096) else { return 0 }
    let pages = String(decoding: text, as: UTF8.self).split(separator: " ").dropFirst().first.flatMap { Double($0) }
    return (pages ?? 0) * Double(sysconf(Int32(_SC_PAGESIZE))) / 1_048_576
}

let columns = #"["n: sequence", "id: integer 1..\#(rows / 2)", "name: text 8..20", "kind: choice movie|show|episode"]"#
let source = try Bench().source(
    GenerateSource.self,
    options: "rows = \(rows)\npage_size = \(pageSize)\ncolumns = \(columns)"
)
let batches = try stride(from: 0, to: rows, by: pageSize).map { first in
    var batch = Batch(source.schema, capacity: pageSize)
    _ = try source.read(at: first, for: ReadRequest(source.schema), into: &batch)
    return batch
}

/// Changes a copy of every batch; returns CPU seconds.
func time(_ change: (inout Batch) async throws -> Void) async throws -> Double {
    var seconds = 0.0
    for batch in batches {
        var copy = batch.whole
        let start = cpuSeconds()
        try await change(&copy)
        seconds += cpuSeconds() - start
    }
    return seconds
}

extension Batch {
    /// A copy with storage of its own, as a stage gets it.
    var whole: Batch {
        var copy = Batch(schema, capacity: count)
        copy.append(contentsOf: self)
        return copy
    }
}

func time<T: Transform>(_ transform: T) async throws -> Double where T.Table == Void {
    let files = SpillFolder(temporary: "/tmp")
    var memory = try transform.makeMemory(files)
    return try await time { batch in
        var outputs = Outputs(transform.outputs)
        try await transform.apply(to: &batch, table: (), memory: &memory, outputs: &outputs)
    }
}

let schema = source.schema
let bench = Bench()
var times: [String: [Double]] = [:]
for _ in 0..<rounds {
    times["nothing", default: []].append(try await time { _ in })
    for (name, options) in [
        ("number", ""), ("number per id", "per = [\"id\"]"), ("number per kind", "per = [\"kind\"]"),
        ("number per name, kind", "per = [\"name\", \"kind\"]"),
    ] {
        times[name, default: []].append(try await time(bench.transform(Number.self, options: options, input: schema)))
    }
    for (name, options) in [
        ("unique by n", "by = [\"n\"]"), ("unique by id", "by = [\"id\"]"), ("unique by name", "by = [\"name\"]"),
        ("unique by id, within 10,000", "by = [\"id\"]\nwithin = 10_000"),
    ] {
        times[name, default: []].append(try await time(bench.transform(Unique.self, options: options, input: schema)))
    }
    let routes = "by = \"kind\"\noutputs = [\"films: movie\", \"television: show|episode\"]"
    times["route to two", default: []].append(
        try await time(bench.transform(Route.self, options: routes, input: schema))
    )
}

for (name, seconds) in times.sorted(by: { $0.key < $1.key }) {
    let nanoseconds = seconds.sorted()[seconds.count / 2] / Double(rows) * 1e9
    print("\(name): \((nanoseconds * 10).rounded() / 10) ns a record")
}

for column in ["n", "name"] {
    let unique = try bench.transform(Unique.self, options: "by = [\"\(column)\"]", input: schema)
    let before = residentMiB()
    var memory = unique.makeMemory(SpillFolder(temporary: "/tmp"))
    for batch in batches {
        var copy = batch
        var outputs = Outputs(unique.outputs)
        try unique.apply(to: &copy, table: (), memory: &memory, outputs: &outputs)
    }
    let after = residentMiB()
    let start = cpuSeconds()
    var writer = StateWriter()
    try unique.store(&memory, to: &writer)
    let seconds = cpuSeconds() - start
    print(
        "unique by \(column): \((after - before).rounded()) MiB in memory, stored in "
            + "\((seconds * 1000).rounded()) ms"
    )
}
