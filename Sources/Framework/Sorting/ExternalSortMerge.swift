internal import Diagnostics

/// Merges several runs in the order of their keys; for equal keys, the earlier run comes first.
///
/// A heap holds the next key of each run. If runs follow one another in order, as they do when the input was nearly
/// sorted, the top of the heap stays in place after one or two comparisons.
struct ExternalSortMerge {
    private struct Head: BitwiseCopyable {
        var key: SortKey
        var run: Int

        static func < (left: Head, right: Head) -> Bool {
            left.key != right.key ? left.key < right.key : left.run < right.run
        }
    }

    private var reader: ExternalSortReader
    private var heap: [Head] = []

    /// A merge of runs, earlier ones first, in about `memory` bytes.
    init(_ runs: [ExternalSortRun], memory: Int) throws(Diagnostic) {
        reader = ExternalSortReader(runs, bufferSize: max(1 << 9, min(memory / max(1, runs.count), 1 << 17)))
        for run in runs.indices {
            if let key = try reader.advance(run) { heap.append(Head(key: key, run: run)) }
        }
        for position in stride(from: heap.count / 2 - 1, through: 0, by: -1) { siftDown(from: position) }
    }

    /// Passes the next record to `body` without its key; returns whether there was one.
    mutating func next(
        _ body: (_ key: SortKey, _ payload: Span<UInt8>) throws(Diagnostic) -> Void
    ) throws(Diagnostic) -> Bool {
        try nextRecord { (key, record) throws(Diagnostic) in
            try body(key, record.extracting(droppingFirst: ExternalSortRecord.headerSize))
        }
    }

    /// Passes the next record to `body`, key and payload; returns whether there was one.
    mutating func nextRecord(
        _ body: (_ key: SortKey, _ record: Span<UInt8>) throws(Diagnostic) -> Void
    ) throws(Diagnostic) -> Bool {
        guard let top = heap.first else { return false }
        try reader.withRecord(top.run) { (record) throws(Diagnostic) in try body(top.key, record) }
        if let key = try reader.advance(top.run) {
            heap[0].key = key
        } else if let last = heap.popLast(), !heap.isEmpty {
            heap[0] = last
        }
        siftDown(from: 0)
        return true
    }

    private mutating func siftDown(from position: Int) {
        guard position < heap.count else { return }
        let moving = heap[position]
        var place = position
        while true {
            var child = 2 &* place &+ 1
            guard child < heap.count else { break }
            if child &+ 1 < heap.count, heap[child &+ 1] < heap[child] { child &+= 1 }
            guard heap[child] < moving else { break }
            heap[place] = heap[child]
            place = child
        }
        heap[place] = moving
    }
}
