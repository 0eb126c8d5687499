import Diagnostics
import Records
import Testing

@testable import Formats

@Suite struct JSONChunksTests {
    let plays = Plays()

    @Test func `any size of pieces gives the same records`() throws {
        let bytes = Array(Plays.document.utf8)
        for chunk in Array(1...40) + [64, 100, bytes.count - 1, bytes.count] {
            let batch = try plays.read(bytes, chunk: chunk, window: 64).batch
            #expect(batch.records == Plays.documentRecords, "pieces of \(chunk)")
        }
    }

    @Test func `any size of window gives the same records`() throws {
        let bytes = Array(Plays.document.utf8)
        for window in 1...bytes.count + 1 {
            let (batch, mismatches) = try plays.read(bytes, window: window)
            #expect(batch.records == Plays.documentRecords, "a window of \(window)")
            #expect(mismatches == 0)
        }
    }

    @Test func `misfits are counted once, wherever the window ends`() throws {
        let bytes = Array("[{\"id\":\"x\",\"type\":1},{\"id\":\"y\",\"type\":2},{\"id\":3,\"type\":\"t\"}]".utf8)
        for window in 1...bytes.count {
            #expect(try plays.read(bytes, window: window).mismatches == 4)
        }
    }

    @Test func `a record larger than the window is read whole`() throws {
        let title = String(repeating: "Ä🎬x", count: 100_000)
        let json = "[{\"type\":\"a\"},{\"movie\":{\"title\":\"\(title)\"}},{\"type\":\"b\"}]"
        let batch = try plays.read(json).batch
        #expect(batch.text(1, in: try plays.schema.field("title")) == title)
        #expect(batch.text(2, in: try plays.schema.field("type")) == "b")
    }

    @Test func `a record larger than 16 MiB is refused`() throws {
        let json = "[{},{\"x\":\"" + String(repeating: "x", count: 17 << 20) + "\"}]"
        let complaint = try plays.complaint(about: json)
        #expect(
            complaint == """
                plays.json: error[json.too-large]: record 2, from byte 4 on, is larger than 16 MiB
                  hint: no record is that large; check whether the file is an array of objects
                """
        )
    }

    @Test func `skipping does not depend on pieces`() throws {
        let bytes = Array(Plays.document.utf8)
        for window in 1...80 {
            var reader = JSONRowReader(
                ChunkedBytes(bytes, chunk: 7),
                rows: try plays.rows(),
                name: "plays.json",
                windowSize: window
            )
            try reader.skip(3)
            var batch = Batch(plays.schema)
            while try reader.read(into: &batch, atMost: 10) {}
            #expect(batch.records == [Plays.documentRecords[3]])
        }
    }
}
