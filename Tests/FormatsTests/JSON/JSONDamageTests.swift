import Diagnostics
import Records
import TestTags
import Testing

@testable import Formats

@Suite(.tags(.fuzz)) struct JSONDamageTests {
    let plays = Plays()

    @Test func `a file cut anywhere is an error that says so`() throws {
        let bytes = Array(Plays.document.utf8)
        let end = try #require(bytes.lastIndex(of: UInt8(ascii: "]")))
        for length in 0...end {
            for window in [32, 256 << 10] {
                let complaint = try plays.complaint(about: Array(bytes[..<length]), window: window)
                #expect(complaint?.hasPrefix("plays.json: error[json.truncated]: ") == true, "cut at \(length)")
            }
        }
    }

    @Test func `skipping sees a file that is cut`() throws {
        let bytes = Array(Plays.document.utf8)
        let end = try #require(bytes.lastIndex(of: UInt8(ascii: "]")))
        for length in 0...end {
            var reader = JSONRowReader(ChunkedBytes(Array(bytes[..<length])), rows: try plays.rows(), name: "p")
            #expect(throws: Diagnostic.self) { try reader.skip(5) }
        }
    }

    /// Damage is an error, or the bytes still mean something; the window never changes which.
    @Test(arguments: 0..<8)
    func `damage of any kind is read alike through every window`(seed: UInt64) throws {
        var numbers = SteadyNumbers(seed)
        let original = Array(Plays.document.utf8)
        let interesting = Array("\"\\{}[],: \n\tu0eE.-+tfn\u{0}\u{1F}\u{7F}é".utf8) + [0xFF, 0xC0, 0x80, 0xED, 0xF8]
        for _ in 0..<400 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &numbers) {
                let index = bytes.indices.randomElement(using: &numbers) ?? 0
                let byte = interesting.randomElement(using: &numbers) ?? 0
                switch UInt8.random(in: 0..<4, using: &numbers) {
                case 0: bytes[index] = byte
                case 1: bytes.insert(byte, at: index)
                case 2: bytes.remove(at: index)
                default: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
                }
            }
            let whole = Result { try plays.read(bytes).batch.records }
            let small = Result { try plays.read(bytes, chunk: 5, window: 16).batch.records }
            switch (whole, small) {
            case (.success(let left), .success(let right)): #expect(left == right)
            case (.failure(let left as Diagnostic), .failure(let right as Diagnostic)):
                #expect(left.rendered() == right.rendered())
            default: Issue.record("\(whole) but \(small) for \(String(decoding: bytes, as: UTF8.self))")
            }
        }
    }

    struct Damage: CustomTestStringConvertible, Sendable {
        let json: String
        let complaint: String
        var testDescription: String { json }
    }

    @Test(arguments: [
        Damage(json: #"[{"id":1},]"#, complaint: "record 2 is damaged at byte 10: expected a value, found ']'"),
        Damage(json: #"[,{"id":1}]"#, complaint: "record 1 is damaged at byte 1: expected a value, found ','"),
        Damage(
            json: #"[{"id":1} {"id":2}]"#,
            complaint: "record 2 is damaged at byte 10: expected ',' or ']', found '{'"
        ),
        Damage(json: #"[{"id" 1}]"#, complaint: "record 1 is damaged at byte 7: expected ':', found '1'"),
        Damage(json: #"[{id:1}]"#, complaint: "record 1 is damaged at byte 2: expected a key in quotes, found 'i'"),
        Damage(json: #"[{"id":1,}]"#, complaint: "record 1 is damaged at byte 9: expected a key in quotes, found '}'"),
        Damage(json: #"[{"id":1]]"#, complaint: "record 1 is damaged at byte 8: expected ',' or '}', found ']'"),
        Damage(json: #"[{"x":[1}]"#, complaint: "record 1 is damaged at byte 8: expected ',' or ']', found '}'"),
        Damage(
            json: #"[{"x":{"y":[1,2],}}]"#,
            complaint: "record 1 is damaged at byte 17: expected a key in quotes, found '}'"
        ),
        Damage(
            json: #"[{"id":01}]"#,
            complaint: "record 1 is damaged at byte 8: expected the end of a number that begins with 0, found '1'"
        ),
        Damage(json: #"[{"id":+1}]"#, complaint: "record 1 is damaged at byte 7: expected a value, found '+'"),
        Damage(json: #"[{"id":-}]"#, complaint: "record 1 is damaged at byte 8: expected a digit, found '}'"),
        Damage(json: #"[{"id":1.}]"#, complaint: "record 1 is damaged at byte 9: expected a digit, found '}'"),
        Damage(json: #"[{"x":1e+}]"#, complaint: "record 1 is damaged at byte 9: expected a digit, found '}'"),
        Damage(json: #"[{"x":1x}]"#, complaint: "record 1 is damaged at byte 7: expected ',' or '}', found 'x'"),
        Damage(
            json: #"[{"x":nul}]"#,
            complaint: "record 1 is damaged at byte 9: expected true, false or null, found '}'"
        ),
        Damage(json: #"[{"x":True}]"#, complaint: "record 1 is damaged at byte 6: expected a value, found 'T'"),
        Damage(json: #"[{"x":NaN}]"#, complaint: "record 1 is damaged at byte 6: expected a value, found 'N'"),
        Damage(
            json: #"[{"type":"\x"}]"#,
            complaint: #"record 1 is damaged at byte 11: expected one of "\/bfnrtu after '\', found 'x'"#
        ),
        Damage(
            json: #"[{"x":"\x"}]"#,
            complaint: #"record 1 is damaged at byte 8: expected one of "\/bfnrtu after '\', found 'x'"#
        ),
        Damage(
            json: #"[{"type":"\u12g4"}]"#,
            complaint: "record 1 is damaged at byte 14: expected a hexadecimal digit, found 'g'"
        ),
        Damage(
            json: "[{\"type\":\"a\nb\"}]",
            complaint: "record 1 is damaged at byte 11: expected an escape instead of a control character in a string, "
                + "found byte 0x0A"
        ),
        Damage(
            json: "[{\"x\":\"a\u{0}b\"}]",
            complaint: "record 1 is damaged at byte 8: expected an escape instead of a control character in a string, "
                + "found byte 0x00"
        ),
        Damage(
            json: "[{\"id\":1}\u{0}]",
            complaint: "record 2 is damaged at byte 9: expected ',' or ']', found byte 0x00"
        ),
    ])
    func `damaged syntax is told with record, byte and what was expected`(damage: Damage) throws {
        let complaint = try plays.complaint(about: damage.json)
        #expect(
            complaint == """
                plays.json: error[json.syntax]: \(damage.complaint)
                  hint: fetch or unpack the file again; if it stays like this, it is not JSON
                """
        )
    }

    @Test func `a file cut in a record names the record and the byte`() throws {
        #expect(
            try plays.complaint(about: #"[{"id":1},{"id":2},{"id":3,"ty"#) == """
                plays.json: error[json.truncated]: the file ends in the middle of record 3, byte 30
                  hint: the file was cut off: fetch or unpack it again
                """
        )
        #expect(
            try plays.complaint(about: #"[{"id":1},{"id":2}"#) == """
                plays.json: error[json.truncated]: the file ends after record 2, at byte 18, without the ']' that closes it
                  hint: the file was cut off: fetch or unpack it again
                """
        )
        #expect(
            try plays.complaint(about: "") == """
                plays.json: error[json.truncated]: the file is empty; expected a JSON array
                  hint: the file was cut off: fetch or unpack it again
                """
        )
    }

    @Test func `something behind the array is an error`() throws {
        #expect(
            try plays.complaint(about: "[{\"id\":1}]\n[]") == """
                plays.json: error[json.syntax]: there is data after the end of the array, at byte 11: found '['
                  hint: one file holds one array; two files may have been joined
                """
        )
    }

    @Test func `what is no array is shown and named`() throws {
        #expect(
            try plays.complaint(about: "\n<!DOCTYPE html>\n<title>Just a moment…</title>") == """
                plays.json: error[json.not-an-array]: expected a JSON array, found '<!DOCTYPE html> <title>Just a moment…</title>'
                  hint: this looks like an HTML page: what was fetched is not the data
                """
        )
        #expect(
            try plays.complaint(about: #"{"error":"invalid_grant"}"#) == """
                plays.json: error[json.not-an-array]: expected a JSON array, found '{"error":"invalid_grant"}'
                  hint: this is one object: an error message, or the wrong file
                """
        )
        #expect(try plays.complaint(about: [0x1F, 0x8B, 8, 0])?.contains("compressed with gzip") == true)
        #expect(try plays.complaint(about: [0xFF, 0xFE, 0x5B, 0])?.contains("looks like UTF-16") == true)
        #expect(try plays.complaint(about: Array("PK\u{3}\u{4}".utf8))?.contains("ZIP archive") == true)
    }

    @Test(arguments: [
        [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82], [0x80],
    ])
    func `a wanted text that is not UTF-8 is an error at its byte`(wrong: [UInt8]) throws {
        let bytes = Array(#"[{"type":"Am\u00e9lie é"#.utf8) + wrong + Array(#" x"}]"#.utf8)
        let byte = String(wrong[0], radix: 16, uppercase: true)
        #expect(
            try plays.complaint(about: bytes) == """
                plays.json: error[json.utf8]: a text in record 1 is not UTF-8 at byte 24: found byte 0x\(byte)
                  hint: JSON is always UTF-8 (RFC 8259): convert the file, or fetch it again
                """
        )
        // Nobody looks at what nobody wants.
        let unwanted = Array(#"[{"x":"Am\u00e9lie é"#.utf8) + wrong + Array(#" x","id":1}]"#.utf8)
        #expect(try plays.read(unwanted).batch.records.first?.first == 1)
    }

    @Test func `the records before the damage are in the batch`() throws {
        var reader = JSONRowReader(ChunkedBytes(#"[{"id":1},{"id":2},{"id"}]"#), rows: try plays.rows(), name: "p")
        var batch = Batch(plays.schema)
        #expect(throws: Diagnostic.self) { try reader.read(into: &batch, atMost: 10) }
        #expect(batch.records.map(\.[0]) == [1, 2])
        #expect(reader.recordsRead == 2)
    }
}
