// Times what stages do with batches, without an engine: see docs/decisions/0002-batches-are-columns.md.
//
//     swift run -c release ColumnsBenchmark [rows] [rounds]
//
// CPU nanoseconds a record of nine columns, the minimum of interleaved rounds, and the results of all jobs as a sum, so that
// two versions can be compared.

import Glibc
import Records

let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let rows = arguments.first ?? 10_000_000
let rounds = arguments.dropFirst().first ?? 5
let size = 4000

func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Plays, as they are nine columns wide.
let schema: Schema = [
    "id": .integer, "title": .text, "action": .text, "imdb": .text, "watched_at": .instant, "year": .integer,
    "price": .real, "amount": .integer, "seen": .boolean,
]

func page(_ number: Int) -> Batch {
    var batch = Batch(schema, capacity: size)
    let records: [[Value]] = (0..<size).map { row in
        let id = Int64(number * size + row)
        let hash = UInt64(bitPattern: id) &* 0x9E37_79B9_7F4A_7C15 >> 32
        let title = "a title of some length".prefix(12 + Int(hash % 11))
        return [
            .integer(id), .text(String(title)), .text(hash % 3 == 0 ? "scrobble" : "watch"),
            .text("tt\(1_000_000 + hash % 999_999)"),
            .instant(1_400_000_000_000 + id * 1000), .integer(1920 + Int64(hash % 100)),
            hash % 20 == 0 ? .null : .real(Double(hash % 1000) / 8), .integer(Int64(hash % 50)),
            .boolean(hash % 2 == 0),
        ]
    }
    for record in records { batch.append(record) }
    return batch
}

/// A batch that shares nothing with another, as a stage gets it.
func own(_ batch: Batch) -> Batch {
    var own = Batch(schema, capacity: batch.count)
    own.append(contentsOf: batch)
    return own
}

// Few pages, so that reading them from memory is not what is measured.
let pages = (0..<8).map(page)
let passes = max(1, rows / size / pages.count)
let records = passes * pages.count * size

let narrow: Schema = [
    "key": .integer, "name": .text, "at": .instant, "price": .real, "amount": .integer, "total": .real,
]
let sources = [0, 1, 4, 6, 7, nil]
let price = Field(index: 3, kind: .real)
let amount = Field(index: 4, kind: .integer)
let total = Field(index: 5, kind: .real)
let seen = Field(index: 8, kind: .boolean)
let id = Field(index: 0, kind: .integer)

/// A job: what is done before the clock runs, and what is measured.
struct Job {
    let name: String
    /// Whether it gets batches of its own rather than copies that share columns.
    let isOwner: Bool
    let run: (inout Batch, inout Double) -> Void
}

let jobs = [
    Job(name: "rename and select", isOwner: false) { batch, sum in
        batch.reshape(to: narrow, from: sources)
        sum += Double(batch.count)
    },
    Job(name: "rename, select and price * amount + 1", isOwner: false) { batch, sum in
        batch.reshape(to: narrow, from: sources)
        batch.replace(reals: total, nullsOf: [price, amount]) { batch, out in
            let price = batch[reals: price], amount = batch[integers: amount]
            for row in price.indices { out.append(price[row] * Double(amount[row]) + 1) }
        }
        sum += batch.real(1, in: total) ?? 0
    },
    Job(name: "keep 1 %", isOwner: true) { batch, sum in
        batch.keep { batch, row in (batch.integer(row, in: id) ?? 0) % 100 == 7 }
        sum += Double(batch.count)
    },
    Job(name: "keep 50 %", isOwner: true) { batch, sum in
        batch.keep { batch, row in batch.boolean(row, in: seen) ?? false }
        sum += Double(batch.count)
    },
    Job(name: "keep 99 %", isOwner: true) { batch, sum in
        batch.keep { batch, row in (batch.integer(row, in: id) ?? 0) % 100 != 7 }
        sum += Double(batch.count)
    },
    Job(name: "to three stages, each changes a column", isOwner: false) { batch, sum in
        let field = Field(index: 6, kind: .real)
        for factor in [2.0, 3, 4] {
            var copy = batch
            copy.replace(reals: field, nullsOf: [field]) { batch, out in
                let price = batch[reals: field]
                for row in price.indices { out.append(price[row] * factor) }
            }
            sum += copy.real(1, in: field) ?? 0
        }
    },
]

var times: [String: Double] = [:]
var sums: [String: Double] = [:]
for _ in 0..<rounds {
    for job in jobs {
        var seconds = 0.0
        var sum = 0.0
        for _ in 0..<passes {
            var batches = job.isOwner ? pages.map(own) : pages
            let start = cpuSeconds()
            for index in batches.indices { job.run(&batches[index], &sum) }
            seconds += cpuSeconds() - start
        }
        times[job.name] = min(times[job.name] ?? .infinity, seconds)
        sums[job.name] = sum
    }
    for share in [100, 2] {
        // What a memory of a stage does with some records of each of many batches, until it holds many.
        let lists = pages.map { page in page.rows { $0 % share == 0 } }
        var seconds = 0.0
        var sum = 0.0
        for _ in 0..<max(1, passes / 16) {
            let start = cpuSeconds()
            var state = Batch(schema)
            for _ in 0..<16 {
                for (page, list) in zip(pages, lists) { state.append(list, of: page) }
            }
            seconds += cpuSeconds() - start
            sum += Double(state.count)
        }
        let name = "keep one of \(share) in a memory, per record kept"
        times[name] = min(times[name] ?? .infinity, seconds / sum * Double(records))
        sums[name] = sum
    }
}

for (name, seconds) in times.sorted(by: { $0.key < $1.key }) {
    let nanoseconds = seconds / Double(records) * 1e9
    print("\(name): \((nanoseconds * 100).rounded() / 100) ns a record (sum \(sums[name] ?? 0))")
}
