import Diagnostics
import TOML
import Testing

@Suite struct LayoutTests {
    @Test(arguments: ["", "\n", "\r\n", "# only a comment", " \t\n\t# x\n", "\u{FEFF}", "\u{FEFF}\n"])
    func `a document may hold nothing`(toml: String) {
        #expect(plain(toml) == "{}")
    }

    @Test func `line ends, blanks and comments stand where they may`() {
        #expect(plain("a = 1\r\n\r\nb = 2 # c\r\n# c\r\n\t[t] # c\r\n\tc\t=\t3") == "{a: 1, b: 2, t: {c: 3}}")
        #expect(plain("a = 1# c\n[t]# c") == "{a: 1, t: {}}")
        #expect(plain("# é 日本 \u{80} \u{FFFF} \t") == "{}")
    }

    @Test(arguments: [
        Case("a = 1 b = 2", "1:7 unexpected"),
        Case("a = 1, b = 2", "1:6 unexpected"),
        Case("a = \"x\" \"y\"", "1:9 unexpected"),
        Case("a = 1\rb = 2", "1:6 control-character"),
        Case("a = 1\n\r", "2:1 control-character"),
        Case("\r", "1:1 control-character"),
        Case("a = 1\r", "1:6 control-character"),
        Case("# c\r", "1:4 control-character"),
        Case("# a\rb\n", "1:4 control-character"),
        Case("# \u{0}", "1:3 control-character"),
        Case("# \u{7F}", "1:3 control-character"),
        Case("# x\u{1F}\n", "1:4 control-character"),
        Case("\u{0}", "1:1 control-character"),
        Case("a = \u{0}", "1:5 control-character"),
        Case("a = 1 \u{0}", "1:7 control-character"),
        Case("\u{B}a = 1", "1:1 control-character"),
        Case("a = 1\u{C}", "1:6 control-character"),
        Case("a =", "1:4 missing-value"),
        Case("a = # c", "1:5 missing-value"),
        Case("a = \n1", "1:5 missing-value"),
        Case("x\u{FEFF} = 1", "1:1 bare-key"),
        Case("a = 1\n\u{FEFF}b = 2", "2:1 missing-key"),
        Case("a = 1\u{2028}b = 2", "1:6 malformed-number"),
        Case("a = 1\u{85}", "1:6 malformed-number"),
    ])
    func `what stands where nothing may stand is refused`(sample: Case) {
        let problems = found(sample.toml)
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.hasPrefix(sample.expected.prefix { $0 != ":" } + ":") == true, "\(problems)")
    }

    @Test func `a byte order mark stands at the start only`() {
        #expect(plain("\u{FEFF}a = 1") == "{a: 1}")
        #expect(found("\u{FEFF}\u{FEFF}a = 1") == ["1:1 missing-key"])
        #expect(found("\u{FEFF}a = x") == ["1:5 unknown-value"])
    }

    @Test(
        arguments: [
            ([0xFF], 1), ([0xC0, 0x80], 1), ([0xC1, 0xBF], 1), ([0xE0, 0x80, 0x80], 1), ([0xED, 0xA0, 0x80], 1),
            ([0xF4, 0x90, 0x80, 0x80], 1), ([0xF5, 0x80, 0x80, 0x80], 1), ([0xC3], 1), ([0xE2, 0x82], 1), ([0x80], 1),
            ([0xF0, 0x80, 0x80, 0x80], 1), ([0xF0, 0x9F, 0x98], 1),
        ] as [([UInt8], Int)]
    )
    func `bytes that are no UTF-8 are refused wherever they stand`(damage: [UInt8], line: Int) {
        for (before, after) in [
            ("a = \"", "\""), ("a = '", "'"), ("# ", "\n"), ("", " = 1"), ("a = '''", "'''"), ("a = ", ""),
        ] {
            let problems = found(Array("x = 1\n\(before)".utf8) + damage + Array(after.utf8))
            #expect(problems == ["2:\(1 + before.utf8.count) invalid-utf8"])
        }
    }

    @Test func `the offset of bad UTF-8 is reported`() {
        let problems = TOMLDocument.recovering(
            Array("a = \"".utf8) + [0xFF] + Array("\"\nb = \"".utf8) + [0xC3, 0x28],
            name: "x"
        ).problems
        #expect(
            problems.map(\.message) == [
                "the byte 0xFF at offset 5 is not UTF-8: no character begins like this",
                "the byte 0xC3 at offset 13 is not UTF-8: a character that is cut off",
            ]
        )
    }

    @Test(
        arguments: [
            [0xFF, 0xFE, 0x61, 0x00], [0xFE, 0xFF, 0x00, 0x61], [0x61, 0x00, 0x3D, 0x00], [0x00, 0x61, 0x00, 0x3D],
        ] as [[UInt8]]
    )
    func `UTF-16 is reported as what it is, once`(bytes: [UInt8]) {
        #expect(found(bytes) == ["1:1 encoding"])
    }

    @Test func `a document over the limit of bytes is refused unread`() {
        let problems = TOMLDocument.recovering(Array("a = 1".utf8), name: "x", options: .init(maximumSizeInBytes: 4))
            .problems
        #expect(found(problems) == ["1:1 too-large"])
    }
}
