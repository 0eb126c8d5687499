import AccessLog
import PluginKit
import PluginTestKit
import Testing

@Suite struct MarkdownTableTests {
    private let visits = Batch(
        ["path": .text, "status": .integer],
        records: [["/a|b", 200], ["/two\nlines", 304], [nil, nil]]
    )

    @Test func `keeps the contract of a sink`() async throws {
        let files = try await SinkContract.verify(MarkdownTable.self, batches: [visits, visits]) { folder in
            "path = '\(folder)/{name}.md'"
        }
        let rows = "| /a\\|b | 200 |\n| /two lines | 304 |\n|  |  |\n"
        #expect(files == ["bench.md": Array(("| path | status |\n| --- | --- |\n" + rows + rows).utf8)])
    }

    @Test func `a table without records has a head`() async throws {
        let files = try await SinkContract.verify(MarkdownTable.self, batches: [Batch(visits.schema)]) { folder in
            "path = '\(folder)/{name}.md'\ncolumns = ['status']"
        }
        #expect(files == ["bench.md": Array("| status |\n| --- |\n".utf8)])
    }
}
