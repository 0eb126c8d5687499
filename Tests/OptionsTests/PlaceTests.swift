import Options
import TOML
import Testing

@Suite struct PlaceTests {
    /// A file with one string, and the place of a word in it.
    struct Case: CustomTestStringConvertible, Sendable {
        let file: String
        var word = "bad"
        /// What the file writes at the place.
        var written = "bad"
        /// Where the place begins.
        let start: String

        var testDescription: String { file.debugDescription }
    }

    static let cases = [
        Case(file: "k = 'a bad'", start: "1:8"),
        // Escapes take more bytes than what they stand for.
        Case(file: #"k = "\t\u00e9 bad""#, start: "1:15"),
        Case(file: #"k = "b\u0061d""#, written: #"b\u0061d"#, start: "1:6"),
        Case(file: "k = \"\"\"\na \\\n   bad\"\"\"", start: "3:4"),
        // A line end of two bytes is one byte of the text.
        Case(file: "k = \"\"\"\r\na\r\n  bad\r\nb\"\"\"", start: "3:3"),
        Case(file: "k = '''\r\na\r\n\r\nbad'''", start: "4:1"),
        Case(file: "k = \"\"\"\r\na \\\r\n  bad\"\"\"", start: "3:3"),
        Case(file: "k = '''a\r\nb'''", word: "a\nb", written: "a\r\nb", start: "1:8"),
        // Around what is replaced, places stay.
        Case(file: "k = '$$ bad'", start: "1:9"), Case(file: "k = '${var:long} bad'", start: "1:18"),
        Case(file: "k = 'bad ${var:long}${var:none}'", start: "1:6"),
        Case(file: "k = '${var:long} $1 ${env:NO:-x} $$bad'", start: "1:36"),
        Case(file: "k = '${var:long}'", word: "long", written: "${var:long}", start: "1:6"),
        Case(file: "k = 'a ${var:long}'", word: "a a", written: "a ${var:long}", start: "1:6"),
        Case(file: "k = 'é $$'", word: "$", written: "$$", start: "1:8"),
        Case(file: "k = '''\r\n${var:long}\r\n bad'''", start: "3:2"),
    ]

    @Test(arguments: cases)
    func `a part of a text has its place in the file`(_ test: Case) throws {
        let document = try TOMLDocument(Array(test.file.utf8), name: "p.toml")
        let variables = ["long": "a long text", "none": ""].mapValues { Interpolation.Variable($0) }
        let value = try #require(document.root.entries.first?.value)
        let input = OptionInput(value, interpolation: Interpolation(variables: variables))
        let text = Array(try input.text(expected: .text).utf8)
        let word = Array(test.word.utf8)
        let start = try #require(text.indices.first { text[$0...].starts(with: word) })
        let place = input.range(of: start..<start + word.count, in: text)
        #expect(String(decoding: place.text.bytes[place.offsets], as: UTF8.self) == test.written)
        #expect("\(place.start)" == test.start)
    }

    @Test func `a text that the file does not write has the place of the whole value`() throws {
        let document = try TOMLDocument(Array("k = 'abc'".utf8), name: "p.toml")
        let value = try #require(document.root.entries.first?.value)
        let input = OptionInput(value, interpolation: Interpolation())
        #expect(input.range(of: 1..<2, in: Array("abd".utf8)).offsets == 4..<9)
        #expect(input.range(of: 2..<9, in: Array("abc".utf8)).offsets == 4..<9)
        #expect(input.range(of: 3..<3, in: Array("abc".utf8)).offsets == 8..<8)
    }
}
