import PluginKit
import Records
import Testing

@testable import LetterboxdSink

@Suite struct FieldTextTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let text, field: String
        var testDescription: String { text.debugDescription }

        init(_ text: String, _ field: String) {
            self.text = text
            self.field = field
        }
    }

    @Test(arguments: [
        Case("Heat", "Heat"), Case("Crouching Tiger, Hidden Dragon", "\"Crouching Tiger, Hidden Dragon\""),
        Case("The \"Burbs\"", "\"The \"\"Burbs\"\"\""), Case("\"", "\"\"\"\""), Case("=1+1", "=1+1"),
        Case("#Saraitda", "#Saraitda"), Case(" blanks ", " blanks "), Case("Amélie 🎬 é", "Amélie 🎬 é"),
        Case("a\\b", "a\\b"), Case("ends\\", "ends"), Case("ends\\\\\\", "ends"), Case("a\\\"b", "\"a\"\"b\""),
        Case("\\\\\"b", "\"\"\"b\""), Case("x, y\\", "\"x, y\""), Case("\\", ""),
        Case("two\nlines", "two lines"), Case("two\r\nlines", "two lines"),
        Case("tab\tand\u{0}nul\u{7F}", "tab and nul "),
        Case("\n\r", "  "), Case("a\r\n,b", "\"a ,b\""),
    ])
    func `a title is protected by doubled quotes`(example: Case) {
        #expect(field(example.text, .doubled) == example.field)
    }

    @Test(arguments: [
        Case("The \"Burbs\"", "\"The \\\"Burbs\\\"\""), Case("a\\\"b", "\"a\\\"b\""), Case("Heat", "Heat"),
        Case("ends\\", "ends"),
    ])
    func `a title is protected by backslashes if asked for`(example: Case) {
        #expect(field(example.text, .backslash) == example.field)
    }

    @Test(arguments: [
        Case("The \"Burbs\"", "The “Burbs”"), Case("\"A\", (\"B\")", "\"“A”, (“B”)\""), Case("a\\\"b", "a”b"),
    ])
    func `a title has no quotes to protect if asked for`(example: Case) {
        #expect(field(example.text, .typographic) == example.field)
    }

    @Test(arguments: [
        Case("\"Wow\"", "&quot;Wow&quot;"), Case("a\r\nb\rc\nd", "a\nb\nc\nd"), Case("\n\n text \\\n", "text"),
        Case("<i>yes</i>, no", "<i>yes</i>, no"), Case("tab\there", "tab here"), Case("\r\n", ""), Case("a\\b", "a\\b"),
    ])
    func `a review has no quotes and keeps its lines`(example: Case) {
        var bytes: [UInt8] = []
        FieldText.appendReview(Array(example.text.utf8).span, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == example.field)
    }

    @Test(arguments: [
        Case("a,b", "a,b"), Case(" a , ,b,", "a,b"), Case("Trakt,trakt,TRAKT", "Trakt"), Case("\"a\" b\\,\n", "a b"),
        Case("Ä,ä", "Ä,ä"), Case("", ""),
    ])
    func `tags lose quotes and come once`(example: Case) {
        var tags = TagList()
        tags.append(Array(example.text.utf8).span)
        #expect(String(decoding: tags.bytes, as: UTF8.self) == example.field)
    }

    @Test(arguments: [
        (0, "0"), (7, "7"), (10, "10"), (99, "99"), (1_234_567_890, "1234567890"), (UInt64.max, "18446744073709551615"),
    ])
    func `numbers are written in digits`(number: UInt64, digits: String) {
        var bytes: [UInt8] = []
        bytes.append(digitsOf: number)
        #expect(String(decoding: bytes, as: UTF8.self) == digits)
    }

    private func field(_ text: String, _ quotes: QuoteStyle) -> String {
        var bytes: [UInt8] = []
        FieldText.append(Array(text.utf8).span, to: &bytes, quotes: quotes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
