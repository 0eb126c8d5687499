// Times expressions over batches, beside loops by hand: see docs/decisions/0015-expressions.md.
//
//     swift run -c release ExpressionsBenchmark [rows] [rounds]
//
// CPU nanoseconds a row, the minimum of interleaved rounds. A loop by hand makes the same list of rows.

import Expressions
import Glibc

let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let rows = arguments.first ?? 10_000_000
let rounds = arguments.dropFirst().first ?? 5
let size = 4096

func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

let schema: Schema = [
    "a": .integer, "b": .integer, "c": .integer, "x": .real, "y": .real, "z": .real, "d": .text, "title": .text,
    "n": .integer,
]

func page(_ number: Int) -> Batch {
    var state = UInt64(number + 1)
    func next(_ limit: UInt64) -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state >> 33) % limit
    }
    let records: [[Value]] = (0..<size).map { _ in
        // One value in twenty is null, and none of n.
        func maybe(_ value: Value) -> Value { next(20) == 0 ? .null : value }
        return [
            maybe(.integer(Int64(next(1000)))), maybe(.integer(Int64(next(1000)))), maybe(.integer(Int64(next(4000)))),
            maybe(.real(Double(next(1000)) / 8)), maybe(.real(Double(next(1000)) / 8)),
            maybe(.real(Double(next(1000)) / 8)), maybe(.text(["watch", "scrobble", "checkin"][Int(next(3))])),
            maybe(.text("a title of some length".prefix(12 + Int(next(11))).description)), .integer(Int64(next(1000))),
        ]
    }
    return Batch(schema, records: records)
}

let pages = (0..<8).map(page)
let passes = max(1, rows / size / pages.count)
let count = Double(passes * pages.count * size)

struct Job {
    let name: String
    let run: (Batch) -> Int
}

func condition(_ text: String) throws -> Job {
    let expression = try Expression(ExpressionText(text), for: schema, wants: .condition, as: "where")
    return Job(name: text) { expression.rows(of: $0).rows.count }
}

func value(_ text: String) throws -> Job {
    let expression = try Expression(ExpressionText(text), for: schema, wants: .value, as: "set")
    return Job(name: text) { expression.values(of: $0).values.count }
}

let hand = HandLoops(schema)
let jobs = [
    try condition("(a + b) * 2 > c and d == \"watch\""),
    Job(name: "  by hand", run: hand.example),
    try condition("n > 500"),
    Job(name: "  by hand", run: hand.more),
    try condition("a > 500"),
    try condition("x <= y"),
    Job(name: "  by hand", run: hand.ordered),
    try condition("d == \"watch\""),
    Job(name: "  by hand", run: hand.watch),
    try value("x * y + z"),
    try value("a * b + c"),
    try value("n * 2"),
    try value("upper(title)"),
    try value("if a > 500 then \"many\" else d"),
]

var best = Array(repeating: Double.infinity, count: jobs.count)
var sum = 0
for _ in 0..<rounds {
    for (index, job) in jobs.enumerated() {
        let start = cpuSeconds()
        for _ in 0..<passes {
            for page in pages { sum &+= job.run(page) }
        }
        best[index] = min(best[index], cpuSeconds() - start)
    }
}
for (job, seconds) in zip(jobs, best) {
    let nanoseconds = (seconds / count * 1e11).rounded() / 100
    print("\(nanoseconds)\t\(job.name)")
}
print("sum \(sum)")
