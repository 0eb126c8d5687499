import Diagnostics
import PluginKit
import PluginTestKit
import Testing

@testable import StandardMiddleware

@Suite struct MetricsTests {
    private let time = ManualTime()

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
        return Metrics(try Bench().options(Metrics.Options.self, from: text), in: context)
    }

    private func call(_ layer: Metrics, _ kind: CallKind = .page, takes: Duration, fails: (any Error)? = nil) async {
        _ = try? await layer.handle(Call(kind, stage: "plays", input: 1)) { call in
            time.advance(by: takes)
            if let fails { throw fails }
            return call.input
        }
    }

    private func figure(_ layer: Metrics, _ name: String) -> Double? {
        layer.measurements.first { $0.name == name }?.number
    }

    @Test func `calls are counted, and the times of those that succeed are measured`() async throws {
        let layer = try layer()
        for milliseconds in 1...100 { await call(layer, takes: .milliseconds(milliseconds)) }
        await call(layer, takes: .seconds(60), fails: StageFailure.transient(Diagnostic("a.b", message: "busy")))
        #expect(figure(layer, "page calls") == 101)
        #expect(figure(layer, "page calls failed") == 1)
        let median = try #require(figure(layer, "page median"))
        #expect(abs(median - 0.05) < 0.0005)
        #expect(figure(layer, "page longest") == 0.1)
    }

    @Test func `kinds of calls are distinguished`() async throws {
        let layer = try layer()
        await call(layer, .page, takes: .seconds(1))
        await call(layer, .exchange, takes: .seconds(2))
        await call(layer, .exchange, takes: .seconds(2))
        #expect(figure(layer, "page calls") == 1)
        #expect(figure(layer, "exchange calls") == 2)
    }

    @Test(arguments: [
        (StageFailure.transient(Diagnostic("a.b", message: "busy")) as any Error & Sendable, "transient"),
        (StageFailure.badBatch(Diagnostic("a.b", message: "bad")), "refused"), (CancellationError(), "cancelled"),
        (Diagnostic("a.b", message: "broken"), "permanent"),
    ])
    func `failures have a class, and pass on`(error: any Error & Sendable, result: String) async throws {
        let layer = try layer()
        await #expect(throws: (any Error).self) {
            try await layer.handle(Call(.page, stage: "plays", input: 1)) { _ -> Int in throw error }
        }
        let calls = layer.measurements.filter { $0.definition == .layerCalls }
        #expect(calls.count == 5)
        let happened = calls.filter { $0.value != .number(0) }
        #expect(happened.map(\.labels) == [[MetricLabel("kind", value: "page"), MetricLabel("result", value: result)]])
        #expect(happened.map(\.value) == [.number(1)])
    }

    @Test func `exporters get the times themselves, so that they can be added up`() async throws {
        let layer = try layer()
        await call(layer, takes: .milliseconds(30))
        await call(layer, takes: .milliseconds(700))
        let times = layer.measurements.compactMap { measurement -> LatencyHistogram? in
            guard case .times(let times) = measurement.value else { return nil }
            return times
        }
        #expect(times.map(\.count) == [2])
        #expect(times.first?.seconds == 0.73)
        #expect(
            layer.measurements.compactMap(\.definition)
                == [
                    .layerCalls, .layerCalls, .layerCalls, .layerCalls, .layerCalls, .layerCallDuration,
                    .layerMostInFlight,
                ]
        )
    }

    @Test func `the file for Prometheus is an exporter's now, and the hint says so`() {
        let problems = #expect(throws: DiagnosticList.self) { try layer("plays", "prometheus = \"a.prom\"") }
        #expect(
            problems?.all.map { $0.rendered() }.joined() == """
                options:1:1: error[option.unknown]: there is no option 'prometheus' in the plugin
                    1 | prometheus = "a.prom"
                      | ^^^^^^^^^^ exporters write the files: [exporter.prometheus] with use = "prometheus" and path = "…"
                """
        )
    }
}
