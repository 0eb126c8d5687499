import Diagnostics
import Foundation
import TOML
import Testing

/// The examples of `docs/toml.md`.
@Suite struct ExampleTests {
    struct Source: Codable {
        let use: String
        let page_size: Int
    }

    struct Pipeline: Decodable {
        let name: Located<String>
        let source: [Source]
        let with: TOMLValue?
    }

    static let toml = """
        name = "films"

        [[source]]
        use = "trakt"
        page_size = 100 # at most 250

        [with]
        x = 1

        """

    @Test func `the tree is read as the guide says`() throws {
        let document = try TOMLDocument(Array(Self.toml.utf8), name: "pipelines/films.toml")
        let source = document.root["source"][0]
        #expect(source["page_size"].integer == 100)
        #expect("\(source["page_size"].range.start)" == "5:13")
        #expect(source["page_size"].keyRange?.offsets.count == 9)
        #expect(source["page_size"].path == "source[0].page_size")
        #expect(source["page_size"].commentAfter != nil)
        #expect(source.entries.map(\.key) == ["use", "page_size"])
        #expect(document.root["sink"].elements.isEmpty)
    }

    @Test func `findings look as the guide says`() {
        let toml = "name = \"a\"\n\nname = \"b\"\npath = \"C:\\data\""
        let problems = TOMLDocument.recovering(Array(toml.utf8), name: "films.toml").problems
        #expect(
            problems.map { $0.rendered() }.joined(separator: "\n") == #"""
                films.toml:3:1: error[toml.duplicate-key]: the key 'name' is already defined
                    1 | name = "a"
                      | ---- first here
                    3 | name = "b"
                      | ^^^^
                films.toml:4:11: error[toml.unknown-escape]: \d is not an escape
                    4 | path = "C:\data"
                      |           ^^ for the character \ itself write \\, or put the text in '…', where nothing is escaped
                """#
        )
    }

    @Test func `decoding, encoding and editing go as the guide says`() throws {
        var document = try TOMLDocument(Array(Self.toml.utf8), name: "films.toml")
        let pipeline = try TOMLDecoder(unknownKeys: .refused).decode(Pipeline.self, from: document)
        #expect(pipeline.name.value == "films")
        #expect(pipeline.name.range.start == SourcePosition(line: 1, column: 8))
        #expect(pipeline.with?["x"].integer == 1)
        #expect(
            String(decoding: try TOMLEncoder().encode(pipeline.source[0]), as: UTF8.self)
                == "use = \"trakt\"\npage_size = 100\n"
        )
        try document.set("source[0].page_size", to: 250)
        #expect(String(decoding: document.bytes, as: UTF8.self) == Self.toml.replacing("= 100 ", with: "= 250 "))
    }

    @Test func `the guide names every code`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let guide = String(decoding: try contents(of: root.appendingPathComponent("docs/toml.md")), as: UTF8.self)
        let folder = root.appendingPathComponent("Sources/Framework/TOML")
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        var codes: Set<String> = []
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = String(decoding: try contents(of: file), as: UTF8.self)
            for match in text.matches(of: /(?:case \w+ = "|"toml\.)([a-z0-9-]+)"/) {
                codes.insert(String(match.1))
            }
        }
        #expect(codes.count > 35)
        #expect(codes.filter { !guide.contains("`\($0)`") } == [])
    }
}
