import PluginKit
import PluginTestKit
import Spilling
import Testing

/// What is returned in pages is bounded by its text, not by its records alone.
@Suite struct LongTextTests {
    private static let schema: Schema = ["key": .integer, "text": .text]
    private let order = SortOrder([Field(index: 0, kind: .integer)])

    /// Records with descending keys, whose texts have this number of bytes.
    private func batch(_ sizes: [Int], from first: Int) -> Batch {
        Batch(
            Self.schema,
            records: sizes.enumerated().map { index, size in
                [.integer(Int64(first - index)), .text("\(first - index) " + String(repeating: "x", count: size))]
            }
        )
    }

    @Test(arguments: [1 << 16, 64 << 20])
    func `pages of sorted records end at 8 MiB of text, in memory and in files`(memory: Int) throws {
        let folder = try TemporaryFolder(.inMemory)
        var runs = SortedRuns(Self.schema, by: order, memory: memory, in: SpillFolder(folder.path, prefix: "sort"))
        // 100 texts of 256 KiB, each among nine short ones.
        for part in 0..<20 {
            let sizes = (0..<50).map { $0 % 10 == 3 ? 256 << 10 : 3 }
            try runs.add(batch(sizes, from: 1000 - part * 50))
        }
        #expect(runs.isInMemory == (memory > 1 << 20))
        var keys: [Int64] = []
        var pages = 0
        while true {
            var page = Batch(Self.schema)
            let drained = try runs.drain(into: &page, atMost: 4000)
            pages += 1
            #expect(page.bytesOfText <= Batch.usualBytesOfText + 256 << 10 + 1 << 10)
            for row in 0..<page.count {
                let key = try #require(page.integer(row, in: Field(index: 0, kind: .integer)))
                guard case .text(let text) = page[row, Field(index: 1, kind: .text)] else { continue }
                #expect(text.hasPrefix("\(key) "))
                keys.append(key)
            }
            if case .end = drained { break }
        }
        #expect(keys == Array(1...1000))
        #expect(pages == 4)
    }

    @Test func `records with long texts are looked up in a file one by one, and many of them refused`() throws {
        let folder = try TemporaryFolder(.inMemory)
        let key = [Field(index: 0, kind: .integer)]
        var table = SpillingTable(
            Self.schema,
            key: key,
            memory: 1 << 16,
            in: SpillFolder(folder.path, prefix: "join")
        )
        for part in 0..<10 { try table.add(batch([Int](repeating: 3 << 20, count: 1), from: part + 1)) }
        try table.seal()
        #expect(!table.isInMemory)
        let asked = Batch(["key": .integer], records: (1...10).map { [.integer($0)] })
        #expect(throws: StageFailure.self) { try table.find(asked, by: key) }
        #expect(try table.find(asked.part(0..<2), by: key).places == [0, 1])
    }
}
