import Diagnostics
import TOML
import Testing

@Suite struct RecoveryTests {
    @Test func `independent mistakes are all told, in the order of the document`() {
        let toml = """
            a = True
            [t
            b = 01
            c d = 1
            e = "x
            f = 1
            f = 2
            [u]
            g = [1, 02, tru, 3]
            h = 2021-13-01
            """
        #expect(
            found(toml) == [
                "1:5 unknown-value", "2:3 malformed-header", "3:5 leading-zero", "4:1 bare-key",
                "5:5 unterminated-string",
                "7:1 duplicate-key", "9:9 leading-zero", "9:13 unknown-value", "10:10 date-time-range",
            ]
        )
    }

    @Test func `what is right is in the tree, in spite of what is wrong`() {
        let (document, problems) = TOMLDocument.recovering(Array("a = 1\nb = x\n[c]\nd = [1 2]\ne = 3".utf8), name: "x")
        #expect(found(problems) == ["2:5 unknown-value", "4:8 missing-comma"])
        #expect(document.root["a"].integer == 1)
        #expect(document.root["c"]["e"].integer == 3)
    }

    @Test(arguments: [
        // An array or inline table without its end costs no more than itself.
        Case("a = [1, 2\nb = 3\nc = x", "1:10 unterminated; 3:5 unknown-value"),
        Case("a = [\n 1 2,\n 3,\n]\nb = x", "2:4 missing-comma; 5:5 unknown-value"),
        Case("a = [[1, 2\n[b]\nc = x", "1:11 unterminated; 3:5 unknown-value"),
        Case("a = {\n b = 1\n c = 2\n}\nd = x", "3:2 missing-comma; 5:5 unknown-value"),
        Case("a = { b = 1\nc = 2\n[d]\ne = x", "2:1 missing-comma; 4:5 unknown-value"),
        Case("a = [ { b = 1, c 2 }, { d = 3 } ]\ne = x", "1:18 missing-equals; 2:5 unknown-value"),
        Case("a = [\"x, \"y\"]\nb = x", "1:11 missing-comma; 2:5 unknown-value"),
        Case("a = [\n1,\n2,\n\n[b]\nc = x", "3:2 unterminated; 6:5 unknown-value"),
        Case("a = [\n 1,\n [tru]\n]\nc = x", "3:3 unknown-value; 5:5 unknown-value"),
        Case("a =\n \"x\",\n \"y\"\n]\nb = x", "1:4 missing-value; 5:5 unknown-value"),
        Case("a [\n \"x\",\n]\nb = x", "1:3 missing-equals; 4:5 unknown-value"),
        Case("a : {\n \"x\" : 1,\n}\nb = x", "1:3 missing-equals; 4:5 unknown-value"),
        Case("a = {b = some text, and more, c = 1}\nd = x", "1:10 unknown-value; 2:5 unknown-value"),
        // Headers.
        Case("[a]]\nb = 1\n[[a]]\nb = 1\nc = x", "1:4 unexpected; 5:5 unknown-value"),
        Case("[[a]\n[a.b]\n[[a]]\n[a.b]\nc = x", "1:4 malformed-header; 5:5 unknown-value"),
        Case("[a]\nb = 1\nc]\nb = 1\nc = x", "3:2 missing-equals; 5:5 unknown-value"),
        // Strings.
        Case("a = \"x\nb = \"y\"\nc = x", "1:5 unterminated-string; 3:5 unknown-value"),
        Case("a = \"x\ny\"\nc = x", "1:5 unterminated-string; 3:5 unknown-value"),
        Case("a = \"\"\"x \\q\nb = 1\n\"\"\"\nc = x", "1:10 unknown-escape; 4:5 unknown-value"),
        Case("a = [\"\"\"x \\q\n]\n\"\"\", 1]\nc = x", "1:11 unknown-escape; 4:5 unknown-value"),
        Case("a = \"\"\"x\n\nb = x", "1:5 unterminated-string; 3:5 unknown-value"),
        Case("\"\"\"a\nb\"\"\" = 1\nc = x", "1:1 multiline-key; 3:5 unknown-value"),
        // Keys and values that stand on two lines.
        Case("a\n= 1\nb = x", "1:2 missing-equals; 3:5 unknown-value"),
        Case("a =\n1\nb = x", "1:4 missing-value; 3:5 unknown-value"),
        Case("[a\n]\nb = x", "1:3 malformed-header; 3:5 unknown-value"),
        // The keys of a table that is there twice are no mistakes of their own.
        Case("[a]\nb = 1\nc = 2\n[a]\nb = 1\nc = 2\n[d]\ne = x", "4:2 duplicate-table; 8:5 unknown-value"),
        Case("a = 1\n[a]\nb = 1\n[[a]]\nb = 1", "2:2 not-a-table; 4:3 not-a-table"),
        Case("a = 1\na = [\n1\n]\nb = x", "2:1 duplicate-key; 5:5 unknown-value"),
        // A mistake inside a value that is there twice.
        Case("a = 1\na = x", "2:1 duplicate-key; 2:5 unknown-value"),
        Case("a = \u{1}\n\u{2}\n", "1:5 control-character; 2:1 control-character"),
    ])
    func `one mistake is reported once`(sample: Case) {
        #expect(found(sample.toml).joined(separator: "; ") == sample.expected)
    }

    @Test func `at most twenty are reported, or as many as one wants`() {
        let toml = String(repeating: "a b\n", count: 50)
        #expect(found(toml).count == 20)
        let options = TOMLOptions(maximumProblems: 3)
        #expect(TOMLDocument.recovering(Array(toml.utf8), name: "x", options: options).problems.all.count == 3)
        let inline = "a = {" + String(repeating: "b = 1, ", count: 1000) + "}"
        #expect(found(inline).count == 20)
        let values = "a = [" + String(repeating: "x, ", count: 1000) + "]"
        #expect(found(values).count == 20)
    }

    @Test func `a damaged line is reported once, as damaged`() {
        let bytes =
            Array("a = 1\nb = ".utf8) + [0xFF] + Array("\nc = x\n# ".utf8) + [0xFE, 0x0A] + Array("d = 01".utf8)
        #expect(found(bytes) == ["2:5 invalid-utf8", "3:5 unknown-value", "4:3 invalid-utf8", "5:5 leading-zero"])
    }
}
