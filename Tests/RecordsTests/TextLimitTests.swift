import Diagnostics
import Testing

@testable import Records

/// What happens to more text than a batch can address; here 1,000 bytes instead of 4 GiB.
@Suite struct TextLimitTests {
    private static let schema: Schema = ["n": .integer, "text": .text, "price": .decimal]
    private let n = Field(index: 0, kind: .integer)
    private let text = Field(index: 1, kind: .text)
    private let price = Field(index: 2, kind: .decimal)

    /// Records with texts of 100 bytes each.
    private func records(_ count: Int) -> Batch {
        var batch = Batch(Self.schema)
        batch.origin = "long.txt"
        batch.appendRows(atMost: count) { rows in
            for row in 0..<count {
                rows.set(Int64(row), in: n)
                rows.set(String(repeating: "x", count: 100), in: text)
                rows.set(ExactDecimal(7), in: price)
                rows.endRow()
            }
        }
        return batch
    }

    private func limited<Result>(_ body: () throws -> Result) rethrows -> Result {
        try Heap.$most.withValue(1000, operation: body)
    }

    private static func problem(_ batch: Batch) -> String? {
        do {
            try batch.checkText()
            return nil
        } catch {
            return error.rendered()
        }
    }

    @Test func `texts that a batch cannot hold are missing, and the first record without one is named`() {
        limited {
            #expect(!records(8).lacksText)
            let batch = records(20)
            #expect(batch.lacksText)
            #expect(batch.count == 20)
            #expect(batch[7, text] == .text(String(repeating: "x", count: 100)))
            #expect((9..<20).allSatisfy { batch[$0, text] == .text("") })
            #expect((0..<20).allSatisfy { batch[$0, n] == .integer(Int64($0)) })
            #expect(batch[19, price] == .decimal(ExactDecimal(0)))
            #expect(
                Self.problem(batch) == """
                    error[batch.text]: a batch of 20 records would have more than 4 GiB of text, from long.txt, record 9 on
                      hint: set a smaller 'batch_size' in [run], and drop columns with long texts before this stage
                    """
            )
        }
    }

    @Test func `a single text that no batch can hold is missing`() {
        limited {
            let batch = Batch(["text": .text], records: [[.null], [.text(String(repeating: "x", count: 1001))]])
            #expect(batch.lacksText)
            #expect(batch[0, Field(index: 0, kind: .text)] == .null)
            #expect(batch[1, Field(index: 0, kind: .text)] == .text(""))
        }
    }

    /// What a stage can do with a batch so that its cells are in another one.
    private static let copies: [(name: String, copy: @Sendable (inout Batch) -> Batch)] = [
        ("shared", { $0 }), ("a part", { $0.part(0..<3) }), ("gathered", { $0.gathered([19, 2]) }),
        (
            "copied",
            {
                var copy = Batch(TextLimitTests.schema)
                copy.append(contentsOf: $0)
                return copy
            }
        ),
        (
            "with another column",
            {
                $0.reshape(to: ["text": .text, "more": .text])
                return $0
            }
        ),
        (
            "filtered",
            {
                $0.keep { batch, row in row % 2 == 0 }
                return $0
            }
        ),
    ]

    @Test(arguments: copies.indices)
    func `a copy of cells remembers that texts are missing`(index: Int) {
        limited {
            var batch = records(20)
            #expect(Self.copies[index].copy(&batch).lacksText)
        }
    }

    @Test func `a column that is replaced lacks text, or no longer`() {
        limited {
            var batch = records(8)
            batch.replace(text) { _, out in
                for _ in 0..<8 { out.append(String(repeating: "y", count: 200)) }
            }
            #expect(batch.lacksText)
            batch.replace(text) { _, out in
                for _ in 0..<8 { out.append("short") }
                let bytes = out.bytesOfText
                #expect(bytes == 40)
            }
            #expect(!batch.lacksText)
        }
    }

    @Test func `batches that fit lack text once they are appended to each other, and none when emptied`() {
        limited {
            var batch = records(6)
            batch.append(contentsOf: records(6))
            #expect(batch.lacksText)
            #expect(batch.count == 12)
            batch.removeAll()
            #expect(!batch.lacksText)
        }
    }
}
