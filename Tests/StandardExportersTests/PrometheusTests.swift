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

    @Test func `every family has its help and its type, labels are escaped, and buckets add up`() {
        let text = PrometheusText(Sample.snapshot()).text
        let labels = #"pipeline="nightly \"one\"",stage="plays""#
        #expect(
            text.hasPrefix(
                """
                # HELP sprocket_records_read_total Records that a source read, or that arrived at another stage.
                # TYPE sprocket_records_read_total counter
                sprocket_records_read_total{\(labels),kind="source"} 1200
                # HELP sprocket_process_resident_memory_bytes Memory of the process that is in RAM.
                # TYPE sprocket_process_resident_memory_bytes gauge
                sprocket_process_resident_memory_bytes{pipeline="nightly \\"one\\""} 34078720
                # HELP sprocket_call_duration_seconds Durations of the successful calls, without delays caused by layers.
                # TYPE sprocket_call_duration_seconds histogram
                sprocket_call_duration_seconds_bucket{\(labels),le="0.0001"} 0

                """
            )
        )
        #expect(
            text.hasSuffix(
                """
                sprocket_call_duration_seconds_bucket{\(labels),le="0.5"} 1
                sprocket_call_duration_seconds_bucket{\(labels),le="1.0"} 2
                sprocket_call_duration_seconds_bucket{\(labels),le="2.5"} 2
                sprocket_call_duration_seconds_bucket{\(labels),le="5.0"} 2
                sprocket_call_duration_seconds_bucket{\(labels),le="10.0"} 2
                sprocket_call_duration_seconds_bucket{\(labels),le="30.0"} 2
                sprocket_call_duration_seconds_bucket{\(labels),le="60.0"} 2
                sprocket_call_duration_seconds_bucket{\(labels),le="300.0"} 2
                sprocket_call_duration_seconds_bucket{\(labels),le="+Inf"} 2
                sprocket_call_duration_seconds_sum{\(labels)} 0.73
                sprocket_call_duration_seconds_count{\(labels)} 2

                """
            )
        )
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
