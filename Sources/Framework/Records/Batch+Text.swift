package import Diagnostics

/// How much text a batch has, and what happens to text for which there is no room.
extension Batch {
    /// The bytes of all text in it, used or not.
    public var bytesOfText: Int {
        var heaps: [Heap] = []
        for case let heap? in columns.map(\.heap) where !heaps.contains(where: { $0 === heap }) { heaps.append(heap) }
        return heaps.reduce(0) { $0 + $1.count }
    }

    /// The bytes of text that its rows can reach: of each heap, those that are used or, if that is less, those that the
    /// rows refer to.
    ///
    /// A batch that was joined shares the text of a whole table, of which it needs little.
    public var bytesOfTextInRows: Int {
        var heaps: [(heap: Heap, referred: Int)] = []
        for column in columns {
            guard let heap = column.heap else { continue }
            let bytes = column.bytesReferredTo(count)
            if let index = heaps.firstIndex(where: { $0.heap === heap }) {
                heaps[index].referred += bytes
            } else {
                heaps.append((heap, bytes))
            }
        }
        return heaps.reduce(0) { $0 + min($1.heap.count, $1.referred) }
    }

    /// The memory of its columns in bytes, used or not.
    ///
    /// What it shares with copies of it counts in each.
    package var bytesInMemory: Int {
        var blocks: Set<ObjectIdentifier> = []
        return columns.reduce(0) { $0 + $1.bytesInMemory(notIn: &blocks) }
    }

    /// With this much text, 8 MiB, a batch is large enough: sources end a page, and so do sorts that return records.
    public static let usualBytesOfText = 8 << 20

    /// The most text that a batch can address; see `lacksText`.
    public static let maximumBytesOfText = Int(UInt32.max)

    /// Whether texts are missing because a batch cannot address more than 4 GiB.
    ///
    /// A missing text is empty, a missing decimal is 0. The engine checks this after each call of a stage: it divides the
    /// batch that a transform without a memory was called with, and ends the run otherwise. No such batch reaches another
    /// stage.
    public var lacksText: Bool {
        for column in columns where column.lacksText { return true }
        return false
    }

    /// Refuses a batch in which texts are missing.
    ///
    /// - Throws: `batch.text`, with the first record that lacks text.
    package func checkText() throws(Diagnostic) {
        guard lacksText else { return }
        throw Diagnostic(
            "batch.text",
            message:
                "a batch of \(count.counted("record")) would have more than 4 GiB of text, from \(firstWithoutText) on",
            category: .data,
            hint: "set a smaller 'batch_size' in [run], and drop columns with long texts before this stage"
        )
    }

    /// Where the first record came from that lacks text; the first of all where that is not known.
    private var firstWithoutText: String {
        let columns = columns.filter(\.lacksText)
        let row = (0..<count).first { row in
            columns.contains { !$0.isNull(row) && Int($0.words[row] & 0xFFFF_FFFF) == $0.heap?.capacity ?? 0 }
        }
        return isEmpty ? "the first" : position(of: row ?? 0)
    }

    /// How many bytes of text a record has in the columns with these numbers.
    package func bytesOfText(of row: Int, in columns: [Int]) -> Int {
        var sum = 0
        for index in columns { sum &+= self.columns[index].kind.bytesInHeap(self.columns[index].words[row]) }
        return sum
    }
}

extension Schema {
    /// The numbers of the columns whose values have bytes in a heap.
    package var textColumns: [Int] { columns.indices.filter { columns[$0].kind.hasHeap } }
}
