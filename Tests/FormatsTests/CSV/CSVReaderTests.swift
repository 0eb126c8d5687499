import Formats
import Testing

@Suite struct CSVReaderTests {
    @Test(
        arguments: [
            ("", []),
            ("a,b\nc,d\n", [["a", "b"], ["c", "d"]]),
            ("a,b\r\nc,d", [["a", "b"], ["c", "d"]]),
            ("a\rb\r\r\nc", [["a"], ["b"], [""], ["c"]]),
            ("\u{FEFF}a,b\n", [["a", "b"]]),
            ("\n\na", [[""], [""], ["a"]]),
            (",\n,", [["", ""], ["", ""]]),
            ("\"a,\n\r\n\"\"b\"\"\",c\n", [["a,\n\r\n\"b\"", "c"]]),
            ("\"\"\n\"\"\"\"", [[""], ["\""]]),
            (" a , \"b\" \n", [[" a ", " \"b\" "]]),
            ("5'\"tall,x\n", [["5'\"tall", "x"]]),
            ("é,→,😀\n", [["é", "→", "😀"]]),
            ("\"a\\\",b", [["a\\", "b"]]),
        ] as [(String, [[String]])],
        [1, 2, 3, 100]
    )
    func `a text gives its records, whatever its pieces`(text: (String, [[String]]), piece: Int) throws {
        #expect(try csvRecords(Array(text.0.utf8), piece: piece) == text.1)
    }

    @Test(arguments: [1, 2, 100])
    func `a backslash protects a quote if the dialect says so`(piece: Int) throws {
        let text = #""a \"b\" \\","c\d",e\f,"doubled "" too""# + "\n"
        let expected = [[#"a "b" \"#, #"c\d"#, #"e\f"#, #"doubled " too"#]]
        #expect(try csvRecords(Array(text.utf8), CSVDialect(quoteStyle: .backslash), piece: piece) == expected)
    }

    @Test func `records know their lines, and empty lines are told from empty fields`() throws {
        let text = Array("a\n\n\"x\ny\"\r\n\"\"\r\nb".utf8)
        var reader = CSVReader(TextPieces(text), name: "test.csv")
        var record = CSVRecord()
        var lines: [Int] = []
        var blanks: [Bool] = []
        while try reader.read(into: &record) {
            lines.append(record.line)
            blanks.append(record.isBlank)
        }
        #expect(lines == [1, 2, 3, 5, 6])
        #expect(blanks == [false, true, false, false, false])
    }

    struct Fault: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let bytes: [UInt8]
        let expected: String

        init(_ name: String, _ bytes: [UInt8], _ expected: String) {
            testDescription = name
            self.bytes = bytes
            self.expected = expected
        }
    }

    @Test(arguments: [
        Fault(
            "text behind a quote",
            Array("a,b\n\"c\"d,e\n".utf8),
            """
            test.csv:2: error[csv.quote]: field 1 continues after its closing quote
              hint: a quote within a quoted field is written twice: ""
            """
        ),
        Fault(
            "a quote that is never closed",
            Array("a\nb,\"c\n\nd\n".utf8),
            """
            test.csv:2: error[csv.unclosed-quote]: the text ends within a field whose quote is never closed
              hint: the file may have been cut off
            """
        ),
        Fault(
            "Latin-1",
            Array("a\nb".utf8) + [0xE9, 0x0A],
            """
            test.csv:2: error[csv.encoding]: the record is not valid UTF-8
              hint: save the file as UTF-8 and give it again, or state its encoding
            """
        ),
        Fault(
            "an é cut by a separator",
            // Both halves of an é, in two fields.
            [0xC3, UInt8(ascii: ","), 0xA9],
            """
            test.csv:1: error[csv.encoding]: the record is not valid UTF-8
              hint: save the file as UTF-8 and give it again, or state its encoding
            """
        ),
        Fault(
            "UTF-16",
            [0xFF, 0xFE, 0x61, 0],
            """
            test.csv:1: error[csv.encoding]: the text is UTF-16, where UTF-8 was expected
              hint: save the file as UTF-8 and give it again, or state its encoding
            """
        ),
        Fault(
            "a record without end",
            Array("a\n\"".utf8) + [UInt8](repeating: 0x61, count: 200),
            """
            test.csv:2: error[csv.record-too-long]: the record has more than 99 bytes; it has a quote on line 2 that is not closed
              hint: look for a quote that is never closed
            """
        ),
    ])
    func `what cannot be read is told with its line`(fault: Fault) {
        #expect(renderedFault { try csvRecords(fault.bytes, piece: 7, maximumRecordSize: 99) } == fault.expected)
    }
}
