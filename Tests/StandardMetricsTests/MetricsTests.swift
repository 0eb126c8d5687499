import Diagnostics
import PluginKit
import PluginTestKit
import Testing

@testable import StandardMetrics

@Suite struct MetricsTests {
    private let time = ManualTime()
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func layer(_ stage: String = "plays", _ text: String = "", in shared: SharedObjects = SharedObjects())
        throws
        -> Metrics
    {
        let context = StageContext(
            stage: stage,
            run: RunIdentity(pipeline: "nightly \"one\"", id: "r1", date: "2026-01-02", time: "030405"),
            time: time,
            shared: shared,
            layer: "metrics"
        )
        return Metrics(try Bench().options(Metrics.Options.self, text), in: context)
    }

    private func call(_ layer: Metrics, _ kind: CallKind = .page, takes: Duration, fails: (any Error)? = nil) async {
        _ = try? await layer.handle(Call(kind, stage: "plays", input: 1)) { call in
            time.advance(by: takes)
            if let fails { throw fails }
            return call.input
        }
    }

    private func figure(_ layer: Metrics, _ name: String) -> Double? {
        layer.figures.first { $0.name == name }?.value
    }

    @Test func `calls are counted, and the times of those that succeed are measured`() async throws {
        let layer = try layer()
        for milliseconds in 1...100 { await call(layer, takes: .milliseconds(milliseconds)) }
        await call(layer, takes: .seconds(60), fails: StageFailure.transient(Diagnostic("a.b", "busy")))
        #expect(figure(layer, "page calls") == 101)
        #expect(figure(layer, "page calls failed") == 1)
        let median = try #require(figure(layer, "page median"))
        #expect(abs(median - 0.05) < 0.0005)
        #expect(figure(layer, "page longest") == 0.1)
    }

    @Test func `kinds of calls are told apart`() async throws {
        let layer = try layer()
        await call(layer, .page, takes: .seconds(1))
        await call(layer, .exchange, takes: .seconds(2))
        await call(layer, .exchange, takes: .seconds(2))
        #expect(figure(layer, "page calls") == 1)
        #expect(figure(layer, "exchange calls") == 2)
    }

    @Test(arguments: [
        (StageFailure.transient(Diagnostic("a.b", "busy")) as any Error & Sendable, "transient"),
        (StageFailure.refused(Diagnostic("a.b", "bad")), "refused"), (CancellationError(), "cancelled"),
        (Diagnostic("a.b", "broken"), "permanent"),
    ])
    func `failures have a class, and pass on`(error: any Error & Sendable, result: String) async throws {
        let shared = SharedObjects()
        let layer = try layer(in: shared)
        await #expect(throws: (any Error).self) {
            try await layer.handle(Call(.page, stage: "plays", input: 1)) { _ -> Int in throw error }
        }
        let ledger = shared.object("metrics metrics r1") { CallLedger() }
        let text = PrometheusText(ledger.all, pipeline: "p").text
        #expect(
            text.contains(#"sprocket_calls_total{pipeline="p",stage="plays",kind="page",result="\#(result)"} 1"#)
        )
    }

    @Test func `the file for Prometheus has the figures of all stages, and every line has its form`() async throws {
        let shared = SharedObjects()
        let path = folder.path("sprocket-{date}.prom")
        let layers = try ["plays", "diary"].map { try layer($0, "prometheus = \"\(path)\"", in: shared) }
        await call(layers[0], takes: .milliseconds(30))
        await call(layers[1], .write, takes: .milliseconds(700))
        for layer in layers { await layer.finish() }
        #expect(folder.files == ["sprocket-2026-01-02.prom"])
        let lines = try folder.text(of: "sprocket-2026-01-02.prom").split(separator: "\n")
        let sample = /[a-z_]+\{([a-z]+="([^"\\\n]|\\["\\n])*",?)+\} ([0-9.e+-]+|\+Inf)/
        for line in lines where !line.hasPrefix("#") { #expect(line.wholeMatch(of: sample) != nil, "\(line)") }
        let types = lines.filter { $0.hasPrefix("# TYPE ") }.map {
            $0.split(separator: " ")[2...].joined(separator: " ")
        }
        #expect(
            types == [
                "sprocket_calls_total counter", "sprocket_calls_in_flight_max gauge",
                "sprocket_call_duration_seconds histogram",
            ]
        )
        let labels = #"pipeline="nightly \"one\"",stage="diary",kind="write""#
        #expect(lines.contains(#"sprocket_call_duration_seconds_bucket{\#(labels),le="0.5"} 0"#))
        #expect(lines.contains(#"sprocket_call_duration_seconds_bucket{\#(labels),le="1.0"} 1"#))
        #expect(lines.contains(#"sprocket_call_duration_seconds_bucket{\#(labels),le="+Inf"} 1"#))
        #expect(lines.contains(#"sprocket_call_duration_seconds_sum{\#(labels)} 0.7"#))
    }

    @Test func `a file that cannot be written is a warning, not the end of the run`() async throws {
        try folder.write("", to: "taken")
        let layer = try layer("plays", "prometheus = \"\(folder.path("taken/x.prom"))\"")
        await layer.finish()
        #expect(folder.files == ["taken"])
    }
}
