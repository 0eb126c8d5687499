import Diagnostics
import TestTags
import Testing

@testable import Formats

@Suite(.tags(.fuzz)) struct JSONValueTests {
    func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8), name: "settings.json") }

    @Test func `a document becomes a tree`() throws {
        let tree = try parse(
            "\u{FEFF} {\"account\" : {\"timezone\":\"Europe\\/Paris\",\"vip\":false},\n\"ids\":[1,2.5,null,[]]}\n"
        )
        #expect(tree == ["account": ["timezone": "Europe/Paris", "vip": false], "ids": [1, 2.5, nil, []]])
        #expect(tree["account"]?["timezone"]?.string == "Europe/Paris")
        #expect(tree["account"]?["vip"]?.bool == false)
        #expect(tree["ids"]?[0]?.integer == 1)
        #expect(tree["ids"]?[0]?.real == 1)
        #expect(tree["ids"]?[1]?.real == 2.5)
        #expect(tree["ids"]?[2]?.isNull == true)
        #expect(tree["ids"]?[3]?.array == [])
        #expect(tree["ids"]?[4] == nil)
        #expect(tree["ids"]?["x"] == nil)
        #expect(tree["missing"] == nil)
        #expect(tree["account"]?.object?.map(\.key) == ["timezone", "vip"])
    }

    @Test(arguments: [
        ("1", JSONValue.integer(1)), ("-0", .integer(0)), ("8.0", .integer(8)), ("1e2", .integer(100)),
        ("1.5", .real(1.5)),
        ("18446744073709551615", .real(0x1p64)), ("1e-400", .real(0)), ("\"\"", .string("")),
        ("null", .null), ("true", .bool(true)),
    ])
    func `a value alone is a document`(text: String, value: JSONValue) throws {
        #expect(try parse(text) == value)
    }

    @Test func `the last of two keys counts`() throws {
        #expect(try parse("{\"a\":1,\"a\":2}")["a"] == 2)
    }

    @Test func `a document cut anywhere is an error`() throws {
        let document = Array("{\"a\":[1,-2.5e3,\"\\u00e9\\n\",true,null,{}],\"b\":{\"c\":\"\\ud83c\\udfac\"}}".utf8)
        _ = try JSONValue(parsing: document, name: "x")
        for length in 0..<document.count {
            let error = #expect(throws: Diagnostic.self) {
                try JSONValue(parsing: Array(document[..<length]), name: "x")
            }
            #expect(error?.code == "json.truncated")
        }
    }

    @Test func `values nest 512 deep and no deeper`() throws {
        _ = try parse(String(repeating: "[", count: 512) + String(repeating: "]", count: 512))
        let error = #expect(throws: Diagnostic.self) { try parse(String(repeating: "[", count: 100_000)) }
        #expect(error?.code == "json.depth")
    }

    @Test func `an error shows its place`() throws {
        let error = #expect(throws: Diagnostic.self) { try parse("{\n  \"a\": 1,\n  \"b\": tru\n}") }
        #expect(
            error?.rendered() == """
                settings.json:3:11: error[json.syntax]: expected true, false or null
                    3 |   "b": tru
                      |           ^
                """
        )
        let trailing = #expect(throws: Diagnostic.self) { try parse("{} x") }
        #expect(
            trailing?.rendered() == """
                settings.json:1:4: error[json.syntax]: expected the end of the text
                    1 | {} x
                      |    ^
                """
        )
        let short = #expect(throws: Diagnostic.self) { try parse("{\"a\":") }
        #expect(
            short?.rendered() == """
                settings.json:1:6: error[json.truncated]: the text ends in the middle of a value
                    1 | {"a":
                      |      ^ something is missing here
                """
        )
    }

    @Test(arguments: [
        "", "1e999", "[1,]", "{\"a\" 1}", "{a:1}", "01", "+1", "nul", "\"\u{1}\"", "[1 2]", "\"\\q\"", "'a'",
    ])
    func `what is not JSON is an error`(text: String) {
        #expect(throws: Diagnostic.self) { try parse(text) }
    }

    @Test func `damage is an error or another tree, never more`() throws {
        let document = Array("{\"a\":[1,-2.5e3,\"\\u00e9\\n\",true,null,{}],\"b\":{\"c\":\"\\ud83c\\udfac é\"}}".utf8)
        var numbers = SteadyNumbers(9)
        for _ in 0..<5000 {
            var bytes = document
            for _ in 0..<Int.random(in: 1...3, using: &numbers) {
                bytes[Int.random(in: 0..<bytes.count, using: &numbers)] = UInt8.random(in: 0...255, using: &numbers)
            }
            guard let tree = try? JSONValue(parsing: bytes, name: "x") else { continue }
            var writer = JSONWriter()
            writer.write(tree)
            #expect(try JSONValue(parsing: writer.bytes, name: "x") == tree)
        }
    }
}
