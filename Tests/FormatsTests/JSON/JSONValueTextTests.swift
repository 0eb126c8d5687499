import PluginTestKit
import Testing

@testable import Formats

/// Texts that hold JSON, and numbers in columns that they do not fit.
@Suite struct JSONValueTextTests {
    private func isValue(_ text: String) -> Bool { JSONText.isValue(Array(text.utf8).span) }

    @Test(arguments: [
        "[]", "{}", "null", "true", "0", "-1.5e3", "\"\"", " [1, 2]\n", "{\"a\": [{}, \"}\"]}", "[\"é\\u00e9\\n\"]",
        "[12345678901234567890.123456789]",
    ])
    func `a JSON value is one`(text: String) {
        #expect(isValue(text))
    }

    @Test(arguments: [
        "", " ", "[", "[1,]", "{\"a\"}", "a", "'a'", "[1] [2]", "01", "1.", "nul", "\"a", "\"a\nb\"", "[1]\u{0}",
        "\u{FEFF}[]",
        "NaN", "{a: 1}",
    ])
    func `what is not a JSON value is none`(text: String) {
        #expect(!isValue(text))
    }

    @Test func `values may lie in one another, but not without end`() {
        let deep = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
        #expect(isValue(deep))
        #expect(!isValue("[\(deep)]"))
    }

    @Test func `a value is written without line ends, and means the same`() throws {
        let text = "{\r\n  \"a\": [1,\n2],\n \"b\":\t\"x\\ny\"\n}\n"
        var bytes: [UInt8] = []
        JSONText.append(value: Array(text.utf8).span, to: &bytes)
        #expect(!bytes.contains(0x0A) && !bytes.contains(0x0D))
        #expect(try JSONValue(parsing: bytes, name: "a") == JSONValue(parsing: Array(text.utf8), name: "a"))
    }
}
