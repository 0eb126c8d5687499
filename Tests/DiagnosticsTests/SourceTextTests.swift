import Testing

@testable import Diagnostics

@Suite struct SourceTextTests {
    struct Spot: CustomTestStringConvertible, Sendable {
        let text: String
        let offset: Int
        let position: String
        var testDescription: String { "\(offset) in \(text.debugDescription)" }
        init(_ text: String, _ offset: Int, _ position: String) {
            self.text = text
            self.offset = offset
            self.position = position
        }
    }

    @Test(arguments: [
        Spot("", 0, "1:1"), Spot("", 5, "1:1"), Spot("ab\ncd", 0, "1:1"), Spot("ab\ncd", 2, "1:3"),
        Spot("ab\ncd", 3, "2:1"), Spot("ab\ncd", 5, "2:3"), Spot("ab\n", 3, "2:1"), Spot("ab\r\ncd", 4, "2:1"),
        Spot("é日🎬x", 9, "1:4"), Spot("\u{FEFF}ab", 3, "1:1"), Spot("\u{FEFF}ab", 4, "1:2"),
        Spot("\u{FEFF}ab", 0, "1:1"),
        Spot("\ta", 1, "1:2"), Spot("a", -3, "1:1"),
    ])
    func `positions count lines and scalars from 1`(spot: Spot) {
        #expect(SourceText(spot.text, name: "x").position(of: spot.offset).description == spot.position)
    }

    @Test func `a range is cut to the text`() {
        let text = SourceText("abc", name: "x")
        #expect(text[1..<2].offsets == 1..<2)
        #expect(text[2..<9].offsets == 2..<3)
        #expect(text[7..<9].offsets == 3..<3)
        #expect(text[-5 ..< -2].offsets == 0..<0)
        #expect(text[1..<3].start.description == "1:2")
        #expect(text[1..<3].end.description == "1:4")
    }

    @Test func `positions are ordered as one reads`() {
        #expect(SourcePosition(line: 1, column: 9) < SourcePosition(line: 2, column: 1))
        #expect(SourcePosition(line: 2, column: 1) < SourcePosition(line: 2, column: 3))
    }
}
