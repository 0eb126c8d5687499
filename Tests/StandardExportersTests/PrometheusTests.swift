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
            "path = \"\(folder.path("{name}-{date}.prom"))\""
        )
        return PrometheusFile(options, in: Bench().context)
    }

    @Test func `every family has its help and its type, labels are escaped, and buckets add up`() {
        let text = PrometheusText(Sample.snapshot()).text
        let labels = #"pipeline="nightly \"one\"",stage="plays""#
        #expect(
            text.hasPrefix(
                """
                # HELP sprocket_records_read_total Records that a source read, or that came to another stage.
                # TYPE sprocket_records_read_total counter
                sprocket_records_read_total{\(labels),kind="source"} 1200
                # HELP sprocket_process_resident_memory_bytes Memory of the process that lies in RAM.
                # TYPE sprocket_process_resident_memory_bytes gauge
                sprocket_process_resident_memory_bytes{pipeline="nightly \\"one\\""} 34078720
                # HELP sprocket_call_duration_seconds How long calls took that succeeded, without what layers had them wait.
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

    @Test func `the file is replaced as a whole, and a shorter text leaves nothing of a longer one`() throws {
        let exporter = try exporter()
        try folder.write(String(repeating: "x", count: 100_000), to: "bench-2026-01-02.prom.part")
        try exporter.export(Sample.snapshot(read: 1_000_000), isFinal: false)
        try exporter.export(Sample.snapshot(read: 1_000_001, after: 4), isFinal: true)
        #expect(folder.files == ["bench-2026-01-02.prom"])
        let expected = PrometheusText(Sample.snapshot(read: 1_000_001)).text
        #expect(try folder.text(of: "bench-2026-01-02.prom") == expected)
    }

    @Test func `older figures that come late do not replace newer ones`() throws {
        let exporter = try exporter()
        try exporter.export(Sample.snapshot(read: 2, after: 4), isFinal: true)
        try exporter.export(Sample.snapshot(read: 1, after: 3), isFinal: false)
        #expect(try folder.text(of: "bench-2026-01-02.prom") == PrometheusText(Sample.snapshot(read: 2)).text)
    }

    @Test func `a folder that cannot be written to is an error in words`() throws {
        try folder.write("", to: "taken")
        let options = try Bench().options(PrometheusFile.Options.self, "path = \"\(folder.path("taken/x.prom"))\"")
        let exporter = PrometheusFile(options, in: Bench().context)
        let error = #expect(throws: Diagnostic.self) { try exporter.export(Sample.snapshot(), isFinal: true) }
        #expect(error?.code.name == "file.not-a-folder")
    }
}
