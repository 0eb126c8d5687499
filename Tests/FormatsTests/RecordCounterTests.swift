import Formats
import PluginTestKit
import TestTags
import Testing

@Suite(.tags(.fuzz)) struct RecordCounterTests {
    struct Text: CustomTestStringConvertible, Sendable {
        let format: RecordFormat
        let text: String
        let records: Int
        var testDescription: String { "\(text.debugDescription) as \(format)" }

        init(_ format: RecordFormat, _ text: String, _ records: Int) {
            self.format = format
            self.text = text
            self.records = records
        }
    }

    static let texts = [
        Text(.lines, "", 0),
        Text(.lines, "a", 1),
        Text(.lines, "a\n", 1),
        Text(.lines, "a\n\nb", 3),
        Text(.lines, "\"a\n\"\r\n", 2),
        Text(.lines, "a\rb\n", 1),
        Text(.csv(hasHeader: false), "", 0),
        Text(.csv(hasHeader: true), "", 0),
        Text(.csv(hasHeader: true), "k,v", 0),
        Text(.csv(hasHeader: true), "k,v\n", 0),
        Text(.csv(hasHeader: true), "k,v\r\n1,2", 1),
        Text(.csv(hasHeader: true), "\"k\nk\",v\r\n1,\"2\r\n2\"\r\n", 1),
        Text(.csv(hasHeader: false), "a\r\rb\r\n\r\n", 4),
        Text(.csv(hasHeader: false), "\"a \"\"b\"\"\n\"\n\"\"\n\"\"\"\"\n", 3),
        Text(.csv(hasHeader: false), "a,\"\r\"\n", 1),
        // A field that is still open is a record that has begun.
        Text(.csv(hasHeader: false), "a,\"b\n", 1),
    ]

    @Test(arguments: texts, [1, 2, 3, 100])
    func `a text has its records, whatever its pieces`(text: Text, piece: Int) throws {
        var counter = try #require(RecordCounter(text.format))
        for part in Array(text.text.utf8).pieces(of: piece) { counter.update(part.span) }
        #expect(counter.count == text.records)
    }

    @Test func `records of an opaque file cannot be counted`() {
        #expect(RecordCounter(.opaque) == nil)
        #expect(RecordCounter(.opaque, resumingAfter: 3) == nil)
    }

    @Test(arguments: [RecordFormat.lines, .csv(hasHeader: false), .csv(hasHeader: true)])
    func `counting goes on behind a record, and the header is not looked for again`(format: RecordFormat) throws {
        var counter = try #require(RecordCounter(format, resumingAfter: 41))
        #expect(counter.count == 41)
        counter.update(Array("a\nb".utf8).span)
        #expect(counter.count == 43)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `a counter agrees with the reader, however the text is made and cut`(seed: UInt64) throws {
        var random = SeededNumbers(seed: seed)
        let text = random.document()
        let records = try csvRecords(text).count
        for hasHeader in [false, true] {
            var counter = try #require(RecordCounter(.csv(hasHeader: hasHeader)))
            var rest = text[...]
            while !rest.isEmpty {
                let part = rest.prefix(1 + random.next(below: random.next(below: 4) == 0 ? 300 : 3))
                counter.update(part.span)
                rest = rest.dropFirst(part.count)
            }
            #expect(counter.count == max(0, records - (hasHeader ? 1 : 0)))
        }
    }

    @Test(arguments: [63, 64, 65, 255 * 64, 256 * 64 + 1])
    func `no line is lost where blocks meet`(size: Int) throws {
        let text = [UInt8](repeating: UInt8(ascii: "\n"), count: size)
        for format in [RecordFormat.lines, .csv(hasHeader: false)] {
            var counter = try #require(RecordCounter(format))
            counter.update(text.span)
            #expect(counter.count == size)
        }
    }
}

extension Array {
    /// The elements in pieces of `size`, the last one maybe shorter.
    fileprivate func pieces(of size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}

extension SeededNumbers {
    fileprivate mutating func next(below limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }

    /// CSV as RFC 4180 has it, but with any line end.
    fileprivate mutating func document() -> [UInt8] {
        var text = ""
        for _ in 0..<next(below: 40) {
            let fields = (0...next(below: 4)).map { _ in field() }
            text += fields.joined(separator: ",") + ["\n", "\r\n", "\r"][next(below: 3)]
        }
        if next(below: 2) == 0 { text += field() }
        return Array(text.utf8)
    }

    private mutating func field() -> String {
        let isQuoted = next(below: 2) == 0
        let signs = isQuoted ? ["\"\"", "\n", "\r", "\r\n", ",", "x", "ä"] : ["x", " ", "0", "→"]
        let length = next(below: 10) == 0 ? next(below: 200) : next(below: 5)
        let text = (0..<length).map { _ in signs[next(below: signs.count)] }.joined()
        return isQuoted ? "\"\(text)\"" : text
    }
}
