import TOML
import Testing

@Suite struct BracketTests {
    @Test(arguments: [
        Case("a = []", "{a: []}"),
        Case("a = [ ]", "{a: []}"),
        Case("a = [1]", "{a: [1]}"),
        Case("a = [1,]", "{a: [1]}"),
        Case("a = [1 , 2 ]", "{a: [1, 2]}"),
        Case("a = [\n# c\n1 # c\n, # c\n\r\n2\n# c\n]", "{a: [1, 2]}"),
        Case("a = [[], [[]], [1, [2]]]", "{a: [[], [[]], [1, [2]]]}"),
        Case("a = [1, \"x\", 1.5, true, {}, 2020-01-01]", "{a: [1, \"x\", 1.5, true, {}, 2020-01-01]}"),
        Case("a = {}", "{a: {}}"),
        Case("a = { }", "{a: {}}"),
        Case("a = {b=1,c={d=[{}]}}", "{a: {b: 1, c: {d: [{}]}}}"),
        Case("a = { b = [\n1,\n2] }", "{a: {b: [1, 2]}}"),
        Case("a = { b = \"\"\"\nx\"\"\" }", "{a: {b: \"x\"}}"),
    ])
    func `brackets hold values in both versions`(sample: Case) {
        #expect(plain(sample.toml, .v1_0) == sample.expected)
        #expect(plain(sample.toml, .v1_1) == sample.expected)
    }

    @Test(arguments: [
        Case("a = {\nb = 1\n}", "{a: {b: 1}}"),
        Case("a = {b = 1,}", "{a: {b: 1}}"),
        Case("a = { # c\n # c\n b = 1 # c\n , # c\n c = 2, # c\n}", "{a: {b: 1, c: 2}}"),
        Case("a = {\r\nb.c = 1,\r\nb.d = 2,\r\n}", "{a: {b: {c: 1, d: 2}}}"),
        Case("a = {\n}", "{a: {}}"),
    ])
    func `an inline table has lines since TOML 1_1`(sample: Case) {
        #expect(plain(sample.toml) == sample.expected)
        #expect(found(sample.toml, .v1_0).count == 1)
    }

    @Test(arguments: [
        Case("a = [", "1:5 unterminated"),
        Case("a = [1", "1:5 unterminated"),
        Case("a = [1,\n\n", "1:5 unterminated"),
        Case("a = {", "1:5 unterminated"),
        Case("a = {b = 1", "1:5 unterminated"),
        Case("a = {b = 1,", "1:5 unterminated"),
        Case("a = [1 2]", "1:8 missing-comma"),
        Case("a = [1\n2]", "2:1 missing-comma"),
        Case("a = [,]", "1:6 missing-value"),
        Case("a = [1,,2]", "1:8 missing-value"),
        Case("a = [1,,]", "1:8 missing-value"),
        Case("a = [1}", "1:7 missing-comma"),
        Case("a = {b = 1]", "1:11 missing-comma"),
        Case("a = {,}", "1:6 missing-key"),
        Case("a = {b = 1,,}", "1:12 missing-key"),
        Case("a = {b = 1 c = 2}", "1:12 missing-comma"),
        Case("a = {b}", "1:7 missing-equals"),
        Case("a = {b = }", "1:10 missing-value"),
        Case("a = {1}", "1:7 missing-equals"),
        Case("a = ]", "1:5 missing-value"),
        Case("a = }", "1:5 missing-value"),
        Case("a = [1]]", "1:8 unexpected"),
        Case("a = {}}", "1:7 unexpected"),
        Case("a = [1] 2", "1:9 unexpected"),
        Case("a = [\u{0}]", "1:6 control-character"),
        Case("a = [1 \u{0}]", "1:8 control-character"),
        Case("a = [1\r]", "1:7 control-character"),
        Case("a = [ # \u{7F}\n]", "1:9 control-character"),
        Case("a = {b = 1,}", "1:11 trailing-comma", .v1_0),
        Case("a = {b = 1, }", "1:11 trailing-comma", .v1_0),
        Case("a = {b = 1\n}", "1:11 unterminated", .v1_0),
        Case("a = { # c\n}", "1:7 unterminated", .v1_0),
        Case("a = {b = [\n1]\n}", "2:3 unterminated", .v1_0),
    ])
    func `damaged brackets are refused where they are damaged`(sample: Case) {
        #expect(found(sample.toml, sample.version) == [sample.expected])
    }

    @Test func `a level too many is refused where it begins`() {
        let deep = String(repeating: "[", count: 128)
        #expect(found("a = \(deep)\(deep.replacing("[", with: "]"))") == [])
        #expect(found("a = \(deep)[\(deep.replacing("[", with: "]"))]") == ["1:133 too-deep"])
        let tables = String(repeating: "{a=", count: 128)
        #expect(found("a=\(tables)1\(String(repeating: "}", count: 128))") == [])
        #expect(found("a=\(tables){}\(String(repeating: "}", count: 128))") == ["1:387 too-deep"])
        let dots = String(repeating: "a.", count: 128)
        #expect(found("\(dots)a = 1") == [])
        #expect(found("\(dots)a.a = 1") == ["1:259 too-deep"])
        #expect(found("[\(dots.dropLast())]") == [])
        #expect(found("[\(dots)a]") == ["1:258 too-deep"])
        // Together: a header, a dotted key and brackets.
        #expect(found("[\(dots.prefix(2 * 120).dropLast())]\n\(dots.prefix(2 * 4))x = [[[[]]]]") == [])
        #expect(found("[\(dots.prefix(2 * 120).dropLast())]\n\(dots.prefix(2 * 4))x = [[[[[]]]]]") == ["2:17 too-deep"])
    }

    @Test func `the depth is an option`() throws {
        let problems = TOMLDocument.recovering(Array("a = [[[]]]".utf8), name: "x", options: .init(maximumDepth: 2))
            .problems
        #expect(found(problems) == ["1:7 too-deep"])
        _ = try TOMLDocument(Array("a = [[[]]]".utf8), name: "x", options: .init(maximumDepth: 3))
    }
}
