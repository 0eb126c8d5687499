import PluginKit
import PluginTestKit
import Testing

@testable import Pipelines
@testable import Runs
import TestPipelines

@Suite struct ExchangeFiguresTests {
    @Test func `what a source waits for a server is distinguished from its own work`() async throws {
        let time = ManualTime(sleepers: .wait)
        let transport = ScriptedTransport { _, _ in
            try await time.sleep(until: time.now + .seconds(2))
            return HTTPResponse(status: 200, body: [1, 2, 3])
        }
        let services = Services(registry: Workshop.registry, time: time, transport: transport)
        let folder = try TemporaryFolder()
        let text = """
            [exporter.book]
            use = "ledger"

            [[source]]
            use = "asks"

            [[sink]]
            use = "lines"
            path = "\(folder.path("out.txt"))"
            """
        let file = try PipelineFile(Array(text.utf8), path: "p.toml")
        let plan = try await Plan(file, services: services)
        let pages = Ledger.Pages()
        async let ended = Ledger.$pages.withValue(pages) { await Run(plan).execute() }
        // The server and the exporter sleep.
        for _ in 1...3 {
            await time.sleepers(atLeast: 2)
            time.advance(by: .seconds(2))
        }
        let report = await ended
        #expect(report.ending == "published")
        #expect(report.bottleneck?.cause == "server")
        #expect(report.bottleneck?.stage == "asks")
        let snapshot = try #require(pages.all.withLock { $0.last?.snapshot })
        let labels: KeyValuePairs = ["stage": "asks", "kind": "exchange"]
        #expect(
            snapshot.total("sprocket_calls_total", labels: ["stage": "asks", "kind": "exchange", "result": "success"])
                == 3
        )
        #expect(snapshot.total("sprocket_call_busy_seconds_total", labels: labels) == 6)
        #expect(snapshot.total("sprocket_exchange_received_bytes_total") == 9)
    }
}
