import Glibc
import PluginKit
import PluginTestKit
import Testing

@testable import StandardExporters

@Suite struct PrometheusTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func exporter() throws -> PrometheusFile {
        let options = try Bench().options(
            PrometheusFile.Options.self,
            from: "path = \"\(folder.path("{name}-{date}.prom"))\""
        )
        return PrometheusFile(options, in: Bench().context)
    }

    @Test func `the file is replaced as a whole, and a shorter text leaves nothing of a longer one`() async throws {
        let exporter = try exporter()
        try folder.write(String(repeating: "x", count: 100_000), to: "bench-2026-01-02.prom")
        try await exporter.export(Sample.snapshot(read: 1_000_000), isFinal: false)
        try await exporter.export(Sample.snapshot(read: 1_000_001, after: 4), isFinal: true)
        #expect(folder.files == ["bench-2026-01-02.prom"])
        let expected = PrometheusText(Sample.snapshot(read: 1_000_001)).text
        #expect(try folder.text(of: "bench-2026-01-02.prom") == expected)
    }

    @Test func `older metrics that come late do not replace newer ones`() async throws {
        let exporter = try exporter()
        try await exporter.export(Sample.snapshot(read: 2, after: 4), isFinal: true)
        try await exporter.export(Sample.snapshot(read: 1, after: 3), isFinal: false)
        #expect(try folder.text(of: "bench-2026-01-02.prom") == PrometheusText(Sample.snapshot(read: 2)).text)
    }

    @Test func `two programs that write one file never mix, and leave nothing else`() async throws {
        let path = folder.path("shared.prom")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<2 {
                group.addTask {
                    // Each is what a program of its own has: a file that knows nothing of the other.
                    let file = SnapshotFile(path)
                    let text = [UInt8](repeating: UInt8(ascii: "a") + UInt8(writer), count: 200_000 + writer)
                    for moment in 0..<100 { try file.replace(with: text, of: Int64(moment)) }
                }
            }
            try await group.waitForAll()
        }
        let text = try folder.bytes(of: "shared.prom")
        #expect(Set(text).count == 1)
        #expect(text.count == 200_000 + Int(text.first ?? 0) - Int(UInt8(ascii: "a")))
        #expect(folder.files == ["shared.prom"])
    }

    @Test func `what cannot get its name leaves nothing`() throws {
        try folder.write("", to: "folder.prom/inside")
        let file = SnapshotFile(folder.path("folder.prom"))
        let error = #expect(throws: Diagnostic.self) { try file.replace(with: [1], of: 1) }
        #expect(error?.code.name == "file.folder")
        #expect(folder.files == ["folder.prom/inside"])
    }

    @Test func `a link under the temporary name leads nowhere`() async throws {
        try folder.write("dear", to: "dear")
        // The next names that this process would choose.
        for number in 1...400 {
            let name = ".bench-2026-01-02.prom.\(getpid())-\(number).part"
            #expect(symlink(folder.path("dear"), folder.path(name)) == 0)
        }
        try await exporter().export(Sample.snapshot(), isFinal: true)
        #expect(try folder.text(of: "dear") == "dear")
        #expect(try folder.text(of: "bench-2026-01-02.prom") == PrometheusText(Sample.snapshot()).text)
    }

    @Test func `a folder that cannot be written to is an error in words`() async throws {
        try folder.write("", to: "taken")
        let options = try Bench().options(
            PrometheusFile.Options.self,
            from: "path = \"\(folder.path("taken/x.prom"))\""
        )
        let exporter = PrometheusFile(options, in: Bench().context)
        let error = await #expect(throws: Diagnostic.self) {
            try await exporter.export(Sample.snapshot(), isFinal: true)
        }
        #expect(error?.code.name == "file.not-a-folder")
    }
}
