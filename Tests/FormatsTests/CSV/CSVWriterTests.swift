import Formats
import PluginTestKit
import TestTags
import Testing

@Suite(.tags(.fuzz)) struct CSVWriterTests {
    private func text(_ dialect: CSVDialect, _ records: [[String]]) -> String {
        var writer = CSVWriter(dialect)
        for record in records {
            for field in record { writer.append(field) }
            writer.endRecord()
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func `only fields that need quotes get them`() {
        let records = [["a", "b c", "d,e", "f\"g", "h\ni", "j\rk", "", " l "], [""], ["=1", "#2", "é\\"]]
        let expected = "a,b c,\"d,e\",\"f\"\"g\",\"h\ni\",\"j\rk\",, l \n\"\"\n=1,#2,é\\\n"
        #expect(text(CSVDialect(), records) == expected)
    }

    @Test(arguments: [
        (CSVDialect(), "2014-09-01T09:10:11.120Z,2014-09-01,-009999-01-02\n"),
        (
            CSVDialect(quoting: .always),
            "\"2014-09-01T09:10:11.120Z\",\"2014-09-01\",\"-009999-01-02\"\n"
        ),
        (
            CSVDialect(separator: "-"),
            "\"2014-09-01T09:10:11.120Z\"-\"2014-09-01\"-\"-009999-01-02\"\n"
        ),
    ])
    func `moments and days are written without a text in between`(dialect: CSVDialect, expected: String) throws {
        var writer = CSVWriter(dialect)
        writer.append(instant: 1_409_562_611_120_000)
        writer.append(try #require(CivilDate(year: 2014, month: 9, day: 1)))
        writer.append(try #require(CivilDate(year: -9999, month: 1, day: 2)))
        writer.endRecord()
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
    }

    @Test func `a dialect changes the signs`() {
        let dialect = CSVDialect(separator: ";", quoteStyle: .backslash, lineEnd: .crlf, quoting: .always)
        #expect(text(dialect, [["a", "b\"c\\d", ""], ["e,f;g"]]) == #""a";"b\"c\\d";"""# + "\r\n\"e,f;g\"\r\n")
    }

    @Test(arguments: [
        (0, "0"), (7, "7"), (-1, "-1"), (1_234_567_890, "1234567890"),
        (Int64.max, "9223372036854775807"), (Int64.min, "-9223372036854775808"),
    ])
    func `whole numbers are written in full`(number: Int64, expected: String) {
        var writer = CSVWriter()
        writer.append(number)
        writer.appendEmpty()
        writer.append(number)
        writer.endRecord()
        #expect(writer.bytes == Array("\(expected),,\(expected)\n".utf8))
        var quoted = CSVWriter(CSVDialect(quoting: .always))
        quoted.append(number)
        quoted.appendEmpty()
        quoted.endRecord()
        #expect(quoted.bytes == Array("\"\(expected)\",\"\"\n".utf8))
    }

    @Test func `a writer that was emptied begins again`() {
        var writer = CSVWriter()
        writer.append("a")
        writer.endRecord()
        writer.removeAll()
        writer.appendEmpty()
        writer.endRecord()
        #expect(writer.bytes == Array("\"\"\n".utf8))
    }

    static let dialects = [CSVDialect.QuoteStyle.doubled, .backslash].flatMap { style in
        [CSVDialect.LineEnd.lf, .crlf].flatMap { end in
            [CSVDialect.Quoting.whenNeeded, .always].flatMap { quoting in
                [",", ";", "\t"].map { separator in
                    CSVDialect(separator: separator, quoteStyle: style, lineEnd: end, quoting: quoting)
                }
            }
        }
    }

    @Test(arguments: dialects)
    func `what is written reads back as the same fields`(dialect: CSVDialect) throws {
        var numbers = SeededNumbers(seed: 3)
        let signs: [Unicode.Scalar] = [
            ",", ";", "\t", "\"", "\\", "\n", "\r", " ", "a", "é", "😀", "\u{FEFF}", "=", "\0",
        ]
        for piece in [1, 3, 1000] {
            let written = (0..<60).map { _ in
                (0..<Int.random(in: 1...4, using: &numbers)).map { _ in
                    let scalars = (0..<Int.random(in: 0...6, using: &numbers)).map { _ in
                        signs.randomElement(using: &numbers) ?? "?"
                    }
                    return String(String.UnicodeScalarView(scalars))
                }
            }
            let bytes = Array(text(dialect, written).utf8)
            let read = try csvRecords(bytes, dialect, piece: piece)
            #expect(read.map { $0.map { Array($0.utf8) } } == written.map { $0.map { Array($0.utf8) } })
        }
    }
}
