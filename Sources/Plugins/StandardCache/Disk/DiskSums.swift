internal import Database
internal import Diagnostics

/// The size of each queue, and the next place: eviction uses these sums so that it need not count.
///
/// A transaction that writes reads them first and writes them last.
struct DiskSums {
    var place: Int64
    var new: (entries: Int, bytes: Int)
    var proved: (entries: Int, bytes: Int)
    var memories: Int

    var entries: Int { new.entries + proved.entries }
    var bytes: Int { new.bytes + proved.bytes + memories * Self.overhead }

    /// The next free place.
    mutating func nextPlace() -> Int64 {
        place += 1
        return place
    }

    /// Counts an entry that was added to a queue (`sign` 1) or removed from it (-1).
    mutating func count(_ sign: Int, in queue: DiskQueue, size: Int) {
        switch queue {
        case .new: new = (new.entries + sign, new.bytes + sign * size)
        case .proved: proved = (proved.entries + sign, proved.bytes + sign * size)
        case .memory: memories += sign
        }
    }

    /// The approximate size in the file of an answer of `count` bytes, with its entry and its index.
    ///
    /// SQLite stores up to about 4,000 bytes in a row, and the rest of longer values in separate pages.
    static func size(ofAnswer count: Int) -> Int {
        count <= 4000 ? count + count / 8 + overhead : (count + 4091) / 4092 * 4096 + 512 + overhead
    }

    /// The size of an entry in its table and its indexes.
    private static let overhead = 224
}

/// The queues of entries.
enum DiskQueue: Int64 {
    case new = 0
    case proved = 1
    /// A record of an evicted entry; if it is stored again, it goes directly to `proved`.
    case memory = 2
}

extension Connection {
    /// The stored sums.
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
