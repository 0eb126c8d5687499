import Testing

@testable import Formats

/// Public files with known contents: see `Suites`.
@Suite(.enabled(if: Suites.folder != nil)) struct CSVSuiteTests {
    /// The records of a text, without blank lines and comments.
    private func rows(_ bytes: [UInt8], _ syntax: CSVSyntax = CSVSyntax()) throws -> [[String]] {
        var reader = CSVReader(BytesInput(bytes), syntax: syntax, name: "suite.csv")
        var record = CSVRecord()
        var rows: [[String]] = []
        while try reader.read(into: &record) {
            if record.isBlank { continue }
            if let comment = syntax.comment, record.fields[0].utf8.first == comment { continue }
            rows.append(record.fields)
        }
        return rows
    }

    @Test(arguments: [
        "comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "location_coordinates", "newlines",
        "newlines_crlf", "quotes_and_newlines", "simple", "simple_crlf", "utf8",
    ])
    func `csv-spectrum is read exactly`(name: String) throws {
        let rows = try rows(Suites.bytes("csv-spectrum/csvs/\(name).csv"))
        let value = try JSONValue(parsing: Suites.bytes("csv-spectrum/json/\(name).json"), name: name)
        let expected = value.array ?? [value]
        #expect(rows.count == expected.count + 1)
        for (row, object) in zip(rows.dropFirst(), expected) {
            // The suite's answer for one file has another number than the file.
            for (key, cell) in zip(rows[0], row) where key != "Contact Phone Number" {
                #expect(object[key] == .string(cell), "\(key)")
            }
        }
    }

    @Test func `the files of rust-csv have the cells that Python finds`() throws {
        var files = 0
        for line in try Suites.lines("rust-csv/expected.jsonl") {
            let entry = try JSONValue(parsing: Array(line), name: "expected")
            guard let name = entry["file"]?.string, let digest = entry["python"]?["sha256"]?.string,
                name != "strange.csv"
            else { continue }
            var text: [UInt8] = []
            let bytes = try Suites.bytes("rust-csv/\(name)")
            var decoding = TextDecoding(CSVEncodingGuess.encoding(of: bytes, isWhole: true), name: name)
            try bytes.withUnsafeBufferPointer { try decoding.decode($0, to: &text) }
            var json: [UInt8] = []
            for (index, row) in try rows(text).enumerated() {
                json.append(UInt8(ascii: index == 0 ? "[" : ","))
                for (place, cell) in row.enumerated() {
                    json.append(UInt8(ascii: place == 0 ? "[" : ","))
                    JSONText.append(cell.utf8.span, to: &json)
                }
                json.append(UInt8(ascii: "]"))
            }
            json.append(UInt8(ascii: "]"))
            var hash = SHA256()
            hash.update(json.span)
            let (a, b, c, d) = hash.value
            let found = [a, b, c, d].map { word in
                let digits = String(word, radix: 16)
                return String(repeating: "0", count: 16 - digits.count) + digits
            }
            #expect(found.joined() == digest, "\(name)")
            files += 1
        }
        #expect(files == 6)
    }

    @Test func `a strange file is read with its dialect, and refused without`() throws {
        let bytes = try Suites.bytes("rust-csv/strange.csv")
        #expect(throws: (any Error).self) { try rows(bytes) }
        let guess = CSVGuess(bytes, isWhole: true, knowing: CSVKnownDialect()).dialect
        #expect(guess.delimiter == ";" && guess.escape == .sign(UInt8(ascii: "\\")))
        let found = try rows(bytes, CSVSyntax(delimiter: ";", escape: .sign(UInt8(ascii: "\\")), comment: "#"))
        #expect(
            found == [
                ["\"Hacksaw\" Jim Duggan", "1987"], ["Bret \"Hit Man\" Hart", "1984"], ["Rafael Halperin"],
                ["\"Big Cat\" Ernie Ladd", "1964"], ["\"Macho Man\" Randy Savage", "1985"],
                ["Jake \"The Snake\" Roberts", "1986"],
            ]
        )
    }
}
