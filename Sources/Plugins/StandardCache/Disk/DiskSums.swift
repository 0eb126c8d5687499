internal import Database
internal import Diagnostics

/// How much is in each queue, and which place is next: what eviction goes by, so that it need not count.
///
/// Whoever writes reads it first and writes it last, in one transaction.
struct DiskSums {
    var place: Int64
    var new: (entries: Int, bytes: Int)
    var proved: (entries: Int, bytes: Int)
    var memories: Int

    var entries: Int { new.entries + proved.entries }
    var bytes: Int { new.bytes + proved.bytes + memories * Self.overhead }

    /// A place behind all that were given away.
    mutating func nextPlace() -> Int64 {
        place += 1
        return place
    }

    /// Takes note of an entry in a queue that came (`sign` 1) or went (-1).
    mutating func count(_ sign: Int, in queue: DiskQueue, size: Int) {
        switch queue {
        case .new: new = (new.entries + sign, new.bytes + sign * size)
        case .proved: proved = (proved.entries + sign, proved.bytes + sign * size)
        case .memory: memories += sign
        }
    }

    /// About what an answer of so many bytes takes in the file, with its entry and what finds it.
    ///
    /// SQLite keeps up to about 4,000 bytes in a row, and of longer ones the rest in pages of their own.
    static func size(ofAnswer count: Int) -> Int {
        count <= 4000 ? count + count / 8 + overhead : (count + 4091) / 4092 * 4096 + 512 + overhead
    }

    /// What an entry takes in its table and in what finds it.
    private static let overhead = 224
}

/// The queues that entries stand in.
enum DiskQueue: Int64 {
    case new = 0
    case proved = 1
    /// The key of an entry that went; if it comes again, it need not prove itself.
    case memory = 2
}

extension Connection {
    /// The sums, as they are.
    func diskSums() throws(Diagnostic) -> DiskSums {
        let sums = try rows(
            "SELECT place, new_entries, new_bytes, proved_entries, proved_bytes, memories FROM sums"
        ) {
            DiskSums(
                place: Int64($0.amount(0)),
                new: ($0.amount(1), $0.amount(2)),
                proved: ($0.amount(3), $0.amount(4)),
                memories: $0.amount(5)
            )
        }
        guard let sums = sums.first else { throw DiskProblem.corrupt(path, detail: "its sums are missing") }
        return sums
    }

    /// Stores the sums.
    func store(_ sums: DiskSums) throws(Diagnostic) {
        try run(
            """
            UPDATE sums SET place = ?, new_entries = ?, new_bytes = ?, proved_entries = ?, proved_bytes = ?, memories = ?
            """,
            with: .integer(sums.place),
            .integer(sums.new.entries),
            .integer(sums.new.bytes),
            .integer(sums.proved.entries),
            .integer(sums.proved.bytes),
            .integer(sums.memories)
        )
    }
}
