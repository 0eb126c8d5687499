import Foundation
import PluginKit
import PluginTestKit
import Testing

/// The pages for operators name what there is, and all of it.
@Suite struct OperatingPageTests {
    private func page(_ name: String) throws -> String {
        try String(contentsOfFile: Program.repository + "/docs/" + name, encoding: .utf8)
    }

    @Test func `the file with all settings is one that check has nothing to say of`() throws {
        let page = try page("operating.md")
        let start = try #require(page.range(of: "```toml\n[run]"))
        let end = try #require(page.range(of: "\n```\n", range: start.upperBound..<page.endIndex))
        let folder = try TemporaryFolder()
        try folder.write("[run]" + page[start.upperBound..<end.lowerBound] + "\n", to: "all.toml")
        let outcome = try Program(folder: folder.path)("check", "all.toml")
        // Findings would come first.
        #expect(outcome.errors.hasPrefix("all.toml: fine\n"), "\(outcome.errors)")
        #expect(outcome.code == 0)
    }

    @Test func `the contract lists every family with its kind, and none that there is not`() throws {
        let page = try page("metrics.md")
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `sprocket_") }
        let listed = rows.map { row in
            let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            return "\(cells[0].filter { $0 != "`" }) \(cells[1])"
        }
        let declared = (MetricDefinition.ofRuns + MetricDefinition.ofLayers).map { "\($0.name) \($0.kind.rawValue)" }
        #expect(Set(listed) == Set(declared))
        #expect(listed.count == declared.count)
    }
}
