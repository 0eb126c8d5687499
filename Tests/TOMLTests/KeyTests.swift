import TOML
import Testing

@Suite struct KeyTests {
    @Test(arguments: [
        Case("a-b_C9 = 1", "{a-b_C9: 1}"),
        Case(
            "true = 1\n1e5 = 2\n2020-01-01 = 3\n-- = 4\n_ = 5\ninf = 6\n0x1 = 7",
            "{true: 1, 1e5: 2, 2020-01-01: 3, --: 4, _: 5, inf: 6, 0x1: 7}"
        ),
        Case("3.14 = 1", "{3: {14: 1}}"),
        Case(#""" = 1"#, "{: 1}"),
        Case("'' = 1", "{: 1}"),
        Case(#""a b" = 1"#, "{a b: 1}"),
        Case(#"'"a"' = 1"#, #"{"a": 1}"#),
        Case(#""a.b".c = 1"#, "{a.b: {c: 1}}"),
        Case(#""\u0061\x62\"" = 1"#, #"{ab": 1}"#),
        Case("a . b\t.\t'c' = 1", "{a: {b: {c: 1}}}"),
        Case("a.b = 1\na.c = 2\nd = 3\na.e.f = 4", "{a: {b: 1, c: 2, e: {f: 4}}, d: 3}"),
        Case("  a  =  1  ", "{a: 1}"),
        Case("a=1", "{a: 1}"),
    ])
    func `a key says what it says`(sample: Case) {
        #expect(plain(sample.toml) == sample.expected)
    }

    @Test(arguments: [
        Case("= 1", "1:1 missing-key"),
        Case("a. = 1", "1:4 missing-key"),
        Case(".a = 1", "1:1 missing-key"),
        Case("a..b = 1", "1:3 missing-key"),
        Case("a b = 1", "1:1 bare-key"),
        Case("é = 1", "1:1 bare-key"),
        Case("aé = 1", "1:1 bare-key"),
        Case("a! = 1", "1:2 missing-equals"),
        Case("a", "1:2 missing-equals"),
        Case("a\n= 1", "1:2 missing-equals"),
        Case("a : 1", "1:3 missing-equals"),
        Case("\"a\nb\" = 1", "1:1 unterminated-string"),
        Case("\"\"\"a\"\"\" = 1", "1:1 multiline-key"),
        Case("'''a\nb''' = 1", "1:1 multiline-key"),
        Case("\"\\q\" = 1", "1:2 unknown-escape"),
        Case("a = 1\u{A0}", "1:6 unexpected"),
        Case("\u{A0}a = 1", "1:1 missing-key"),
        Case("\u{FF21} = 1", "1:1 bare-key"),
        Case("a\u{0} = 1", "1:2 control-character"),
        Case("[a\u{1}]", "1:3 control-character"),
        Case("[]", "1:2 missing-key"),
        Case("[[]]", "1:3 missing-key"),
        Case("[a.]", "1:4 missing-key"),
        Case("[.a]", "1:2 missing-key"),
        Case("[a", "1:3 malformed-header"),
        Case("[a b]", "1:4 malformed-header"),
        Case("[[a]", "1:4 malformed-header"),
        Case("[[a] ]", "1:4 malformed-header"),
        Case("[ [a]]", "1:3 missing-key"),
        Case("[a]]", "1:4 unexpected"),
        Case("[a\n]", "1:3 malformed-header"),
        Case("[a] b = 1", "1:5 unexpected"),
        Case("[a][b]", "1:4 unexpected"),
    ])
    func `a damaged key or header is refused where it is damaged`(sample: Case) {
        #expect(found(sample.toml) == [sample.expected])
    }

    @Test func `keys are compared as bytes, not as Swift compares text`() throws {
        // Composed and decomposed é, Å and the ångström sign, a Hangul syllable and its letters.
        let toml =
            "\"\u{E9}\" = 1\n\"e\u{301}\" = 2\n\"\u{C5}\" = 3\n\"\u{212B}\" = 4\n\"\u{AC00}\" = 5\n\"\u{1100}\u{1161}\" = 6"
        let document = try TOMLDocument(Array(toml.utf8), name: "x")
        #expect(document.root.entries.map { $0.value.integer } == [1, 2, 3, 4, 5, 6])
        #expect(document.root["\u{E9}"].integer == 1)
        #expect(document.root["e\u{301}"].integer == 2)
    }

    @Test(arguments: ["a", "\"a\"", "'a'", "\"\\u0061\"", "\"\\x61\""])
    func `a key is the same in every spelling`(spelling: String) {
        #expect(found("a = 1\n\(spelling) = 2") == ["2:1 duplicate-key"])
        #expect(found("\(spelling) = 1\na = 2") == ["2:1 duplicate-key"])
        // In a table with so many keys that they are found through the index.
        let many = (0..<50).map { "k\($0) = 1\n" }.joined()
        #expect(found(many + "a = 1\n" + many.replacing("k", with: "l") + "\(spelling) = 2") == ["102:1 duplicate-key"])
    }

    @Test(arguments: [7, 8, 9, 10, 100, 1000])
    func `a key is found again in a table of any size`(count: Int) throws {
        let toml = (0..<count).map { "key\($0) = \($0)\n" }.joined()
        let document = try TOMLDocument(Array(toml.utf8), name: "x")
        for number in [0, count / 2, count - 1] {
            #expect(document.root["key\(number)"].integer == Int64(number))
            #expect(found(toml + "key\(number) = 0") == ["\(count + 1):1 duplicate-key"])
        }
        #expect(document.root.entries.count == count)
    }
}
