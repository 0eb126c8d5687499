import Formats
import PluginKit
import PluginTestKit
import Testing

@testable import StandardExporters

@Suite struct JSONFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func exporter(_ more: String = "") throws -> JSONFile {
        let options = try Bench().options(
            JSONFile.Options.self,
            from: "path = \"\(folder.path("figures.json"))\"\n\(more)"
        )
        return JSONFile(options, in: Bench().context)
    }

    private func lines() throws -> [JSONValue] {
        try folder.text(of: "figures.json").split(separator: "\n")
            .map { try JSONValue(parsing: Array($0.utf8), name: "line") }
    }

    @Test func `the newest metrics are one object`() async throws {
        let exporter = try exporter()
        try await exporter.export(Sample.snapshot(), isFinal: false)
        try await exporter.export(Sample.snapshot(read: 1300, after: 5), isFinal: true)
        let object = try #require(try lines().first)
        #expect(try lines().count == 1)
        #expect(object["pipeline"]?.string == "nightly \"one\"")
        #expect(object["startedAt"]?.string == "2026-01-02T03:04:05.000Z")
        #expect(object["takenAt"]?.string == "2026-01-02T03:04:10.000Z")
        #expect(object["final"]?.bool == true)
        let family = object["families"]?[0]
        #expect(family?["name"]?.string == "sprocket_records_read_total")
        #expect(family?["kind"]?.string == "counter")
        #expect(family?["samples"]?[0]?["labels"]?["stage"]?.string == "plays")
        #expect(family?["samples"]?[0]?["value"]?.integer == 1300)
        let times = object["families"]?[2]?["samples"]?[0]
        #expect(times?["count"]?.integer == 2)
        #expect(times?["sum"]?.real == 0.73)
        #expect(abs((times?["p50"]?.real ?? 0) - 0.03) < 0.0003)
        #expect(times?["max"]?.real == 0.7)
    }

    @Test func `lines are added, and the same metrics twice are one line`() async throws {
        try folder.write("{\"earlier\":true}\n", to: "figures.json")
        let exporter = try exporter("append = true")
        try await exporter.export(Sample.snapshot(), isFinal: false)
        try await exporter.export(Sample.snapshot(), isFinal: false)
        try await exporter.export(Sample.snapshot(after: 5), isFinal: true)
        #expect(try lines().map { $0["final"]?.bool } == [nil, false, true])
    }
}
