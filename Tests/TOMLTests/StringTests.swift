import TOML
import Testing

@Suite struct StringTests {
    @Test(arguments: [
        Case(#"a = """#, #"{a: ""}"#),
        Case(#"a = ''"#, #"{a: ""}"#),
        Case(#"a = "x # y""#, #"{a: "x # y"}"#),
        Case(#"a = "\b\t\n\f\r\"\\""#, #"{a: "\u{08}\t\n\u{0C}\r\"\\"}"#),
        Case(#"a = "\u00e9\U0001F600\u0000""#, #"{a: "é😀\0"}"#),
        Case(#"a = "\e\x41\xe9""#, #"{a: "\u{1B}Aé"}"#),
        Case(#"a = '\n \ C:\x'"#, #"{a: "\\n \\ C:\\x"}"#),
        Case("a = \"tab\there\"", #"{a: "tab\there"}"#),
        Case("a = '\t'", #"{a: "\t"}"#),
        Case("a = \"\u{80}\u{FFFF}\u{10FFFF}\"", "{a: \("\u{80}\u{FFFF}\u{10FFFF}".debugDescription)}"),
    ])
    func `a string of one line says what it says`(sample: Case) {
        #expect(plain(sample.toml) == sample.expected)
    }

    @Test(arguments: [
        Case("a = \"\"\"\"\"\"", #"{a: ""}"#),
        Case("a = ''''''", #"{a: ""}"#),
        Case("a = \"\"\"\nx\ny\"\"\"", #"{a: "x\ny"}"#),
        Case("a = \"\"\"\r\nx\r\ny\"\"\"", #"{a: "x\ny"}"#),
        Case("a = '''\r\nx\r\n\r\n'''", #"{a: "x\n\n"}"#),
        Case("a = \"\"\"\n\nx\"\"\"", #"{a: "\nx"}"#),
        Case("a = \"\"\"x\\\n  y\"\"\"", #"{a: "xy"}"#),
        Case("a = \"\"\"x \\  \t\r\n \n\t\r\n y\"\"\"", #"{a: "x y"}"#),
        Case("a = \"\"\"x\\\n\"\"\"", #"{a: "x"}"#),
        Case("a = \"\"\"x\\\n\n  \"\"\"", #"{a: "x"}"#),
        Case("a = \"\"\"x\\\n\u{A0}y\"\"\"", "{a: \("x\u{A0}y".debugDescription)}"),
        Case("a = \"\"\"\\\\\n\"\"\"", #"{a: "\\\n"}"#),
        Case("a = '''x\\\ny'''", #"{a: "x\\\ny"}"#),
        Case("a = \"\"\"a \\\"\"\" b\"\"\"", #"{a: "a \"\"\" b"}"#),
    ])
    func `a string of several lines says what it says`(sample: Case) {
        #expect(plain(sample.toml) == sample.expected)
    }

    @Test(arguments: [
        // Quotes in a row and what they are: the string closes as late as it can.
        (1, "1:5 unterminated-string"), (2, ""), (3, "1:5 unterminated-string"), (4, "1:5 unterminated-string"),
        (5, "1:5 unterminated-string"), (6, ""), (7, ""), (8, ""), (9, "1:13 unexpected"), (10, "1:13 unexpected"),
    ])
    func `quotes in a row are a string if their number allows it`(count: Int, expected: String) {
        for quote in ["\"", "'"] {
            #expect(found("a = " + String(repeating: quote, count: count)).first ?? "" == expected, "\(count) \(quote)")
        }
        let inner = String(repeating: "\"", count: max(0, count - 6))
        if expected.isEmpty {
            #expect(plain("a = " + String(repeating: "\"", count: count)) == "{a: \(inner.debugDescription)}")
        }
    }

    @Test func `up to two quotes stand in front of the closing three`() {
        #expect(plain("a = \"\"\"x\"\"\"\"\"") == #"{a: "x\"\""}"#)
        #expect(plain("a = '''''x'''") == #"{a: "\'\'x"}"#)
        #expect(found(#"a = """x"""""""#) == ["1:14 unexpected"])
    }

    @Test(arguments: [
        Case(#"a = "x"#, "1:5 unterminated-string"),
        Case("a = \"x\nb = 1", "1:5 unterminated-string"),
        Case("a = 'x\r\nb = 1", "1:5 unterminated-string"),
        Case("a = \"x\\", "1:5 unterminated-string"),
        Case("a = \"x\\\nb = 1", "1:5 unterminated-string"),
        Case("a = \"\"\"x\n\n", "1:5 unterminated-string"),
        Case("a = \"\"\"x\\\n", "1:5 unterminated-string"),
        Case("a = \"\"\"x\\  ", "1:5 unterminated-string"),
        Case(#"a = "\a""#, "1:6 unknown-escape"),
        Case(#"a = "\ ""#, "1:6 unknown-escape"),
        Case(#"a = "\N""#, "1:6 unknown-escape"),
        Case(#"a = "\u12""#, "1:6 unknown-escape"),
        Case(#"a = "\U0000004""#, "1:6 unknown-escape"),
        Case(#"a = "\uD800""#, "1:6 unknown-escape"),
        Case(#"a = "\uD83D\uDE00""#, "1:6 unknown-escape"),
        Case(#"a = "\U00110000""#, "1:6 unknown-escape"),
        Case(#"a = "\UFFFFFFFF""#, "1:6 unknown-escape"),
        Case(#"a = "\x4""#, "1:6 unknown-escape"),
        Case(#"a = "\e""#, "1:6 unknown-escape", .v1_0),
        Case(#"a = "\x41""#, "1:6 unknown-escape", .v1_0),
        Case("a = \"\"\"x\\ y\"\"\"", "1:9 unknown-escape"),
        Case("a = \"\"\"x\\\u{A0}\n\"\"\"", "1:9 unknown-escape"),
        Case("a = \"\"\"x\\ \r \n\"\"\"", "1:11 control-character"),
        Case("a = \"\u{1}\"", "1:6 control-character"),
        Case("a = \"\u{0}\"", "1:6 control-character"),
        Case("a = '\u{1F}'", "1:6 control-character"),
        Case("a = \"\u{7F}\"", "1:6 control-character"),
        Case("a = \"\"\"\n\u{B}\"\"\"", "2:1 control-character"),
        Case("a = \"x\ry\"", "1:7 control-character"),
        Case("a = \"\"\"x\ry\"\"\"", "1:9 control-character"),
        Case("a = '''x\ry'''", "1:9 control-character"),
        Case("a = 'it''s'", "1:9 unexpected"),
    ])
    func `a damaged string is refused where it is damaged`(sample: Case) {
        #expect(found(sample.toml, sample.version) == [sample.expected])
    }

    @Test func `a mark that joins the quote before it does not hide the quote`() {
        // To Swift, a quotation mark and U+0301 behind it are one character.
        #expect(plain("a = \"\u{301}\"") == "{a: \("\u{301}".debugDescription)}")
        #expect(plain("a = '\u{200D}x\u{FE0F}'") == "{a: \("\u{200D}x\u{FE0F}".debugDescription)}")
    }

    @Test func `an escape is decoded at every place of a long string`() {
        for length in 0..<40 {
            let filler = String(repeating: "x", count: length)
            #expect(plain("a = \"\(filler)\\t\(filler)\"") == "{a: \"\(filler)\\t\(filler)\"}")
            #expect(found("a = \"\(filler)\u{7F}\"") == ["1:\(6 + length) control-character"])
            #expect(plain("a = '\(filler)é'") == "{a: \"\(filler)é\"}")
        }
    }
}
