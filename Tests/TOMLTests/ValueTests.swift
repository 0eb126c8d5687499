import Diagnostics
import TOML
import Testing

@Suite struct ValueTests {
    static let toml = """
        # About
        # this file
        title = "x" # the title

        [run]
        size = 10
        "two words".at = {y = [1, 2.5]}   # nested

        # the first
        [[source]]
        use = "a"
        [[source]]
        use = "b"
        when.from = 2020-01-01
        """

    private func document() throws -> TOMLDocument { try TOMLDocument(Array(Self.toml.utf8), name: "x.toml") }

    private func text(_ range: SourceRange?) -> String? {
        range.map { String(decoding: $0.text.bytes[$0.offsets], as: UTF8.self) }
    }

    @Test(arguments: [
        "title", "run", "run.size", "run.\"two words\"", "run.\"two words\".at.y[1]", "source[1].when.from",
    ])
    func `a path leads to the value that has it`(path: String) throws {
        var value = try document().root
        for step in path.split(separator: ".").flatMap({ $0.split(separator: "[") }).map(String.init) {
            if step.hasSuffix("]") {
                value = value[try #require(Int(step.dropLast()))]
            } else {
                value = value[step.filter { $0 != "\"" }]
            }
        }
        #expect(value.exists)
        #expect(value.path == path)
    }

    @Test func `every value and key knows where it stands`() throws {
        let root = try document().root
        #expect(text(root["title"].range) == "\"x\"")
        #expect(text(root["title"].keyRange) == "title")
        #expect(root["title"].range.start == SourcePosition(line: 3, column: 9))
        #expect(text(root["run"].range) == "[run]")
        #expect(text(root["run"].keyRange) == "run")
        #expect(text(root["run"]["two words"].range) == "\"two words\"")
        #expect(text(root["run"]["two words"]["at"].range) == "{y = [1, 2.5]}")
        #expect(text(root["run"]["two words"]["at"]["y"].range) == "[1, 2.5]")
        #expect(text(root["run"]["two words"]["at"]["y"][1].range) == "2.5")
        #expect(root["run"]["two words"]["at"]["y"][1].keyRange == nil)
        #expect(root["source"].range.start.line == 10)
        #expect(root["source"][1].range.start.line == 12)
        #expect(root["source"][1]["when"]["from"].range.start == SourcePosition(line: 14, column: 13))
        #expect(text(root["source"][1]["when"]["from"].keyRange) == "from")
    }

    @Test func `a table made on the way stands where its own header comes later`() throws {
        let root = try TOMLDocument(Array("[a.b]\n[a]\nx = 1".utf8), name: "x").root
        #expect(root["a"].range.start.line == 2)
        #expect(root["a"].keyRange?.start == SourcePosition(line: 2, column: 2))
        #expect(root.entries.map(\.key) == ["a"])
    }

    @Test func `what is missing is a value that knows its path`() throws {
        let root = try document().root
        let missing = root["run"]["nothing"]["at"][3]["all"]
        #expect(missing.kind == .missing)
        #expect(!missing.exists)
        #expect(missing.path == "run.nothing.at[3].all")
        #expect(missing.string == nil && missing.integer == nil && missing.double == nil && missing.boolean == nil)
        #expect(missing.localDate == nil && missing.elements.isEmpty && missing.entries.isEmpty)
        #expect(missing.keyRange == nil)
        #expect(text(missing.range) == "[run]")
        #expect(root["title"]["x"].kind == .missing)
        #expect(root["title"][0].kind == .missing)
        #expect(root["source"][-1].kind == .missing)
        #expect(root["source"][2].path == "source[2]")
    }

    @Test func `keys keep the order of the document`() throws {
        let root = try TOMLDocument(Array("z = 1\na.q = 1\nm = 2\na.b = 3\n[k]\n[b]\n[a.x]".utf8), name: "x").root
        #expect(root.entries.map(\.key) == ["z", "a", "m", "k", "b"])
        #expect(root["a"].entries.map(\.key) == ["q", "b", "x"])
    }

    @Test func `comments above and after are reachable`() throws {
        let root = try document().root
        #expect(text(root["title"].commentAbove) == "# About\n# this file")
        #expect(text(root["title"].commentAfter) == "# the title")
        #expect(text(root["run"]["two words"]["at"].commentAfter) == "# nested")
        #expect(root["run"].commentAbove == nil)
        #expect(text(root["source"][0].commentAbove) == "# the first")
        #expect(root["source"][1].commentAbove == nil)
    }

    @Test func `a line of a string is no comment`() throws {
        let root = try TOMLDocument(
            Array("a = \"\"\"\n# no comment\"\"\"\nb = 1\r\n# c\r\nc = 2 # d\r\n".utf8),
            name: "x"
        ).root
        #expect(root["b"].commentAbove == nil)
        #expect(text(root["c"].commentAbove) == "# c")
        #expect(text(root["c"].commentAfter) == "# d")
    }

    @Test func `an untouched document is written as it was read`() throws {
        for toml in [Self.toml, "", "\u{FEFF}a = 1\r\n\r\n# c", "\t[a]\t\n\n\n"] {
            #expect(try TOMLDocument(Array(toml.utf8), name: "x").bytes == Array(toml.utf8))
        }
    }

    @Test func `the tagged JSON names each type`() throws {
        let toml = "a = [1, 2.0, inf, true]\n\"q\\\"\\n\" = \"\\u0000é\"\n[t]\nd = 2020-01-01T00:00:00.50Z\nl = 07:32"
        let json = String(decoding: try TOMLDocument(Array(toml.utf8), name: "x").taggedJSON(), as: UTF8.self)
        #expect(
            json == """
                {"a":[{"type":"integer","value":"1"},{"type":"float","value":"2.0"},{"type":"float","value":"inf"},\
                {"type":"bool","value":"true"}],"q\\"\\n":{"type":"string","value":"\\u0000é"},\
                "t":{"d":{"type":"datetime","value":"2020-01-01T00:00:00.5Z"},"l":{"type":"time-local","value":"07:32:00"}}}\n
                """
        )
    }

    @Test func `a document crosses threads`() async throws {
        let document = try document()
        let sum = await withTaskGroup(of: Int64.self) { group in
            for _ in 0..<8 { group.addTask { document.root["run"]["size"].integer ?? 0 } }
            return await group.reduce(0, +)
        }
        #expect(sum == 80)
    }
}
