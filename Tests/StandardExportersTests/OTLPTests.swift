import Formats
import HTTP
import PluginKit
import PluginTestKit
import TestTags
import Testing

@testable import Pipelines
@testable import Runs
@testable import StandardExporters

@Suite(.tags(.server)) struct OTLPTests {
    private let collector: CollectorStandIn

    init() throws { collector = try CollectorStandIn() }

    private func exporter(_ more: String = "") throws -> OTLP {
        try Bench(transport: CurlTransport()).exporter(OTLP.self, options: "url = \"\(collector.url)\"\n\(more)")
    }

    @Test func `what is pushed keeps to the published form, and nobody sees the token`() async throws {
        let exporter = try exporter("authorization = \"Bearer s3same\"\nservice = \"films\"")
        try await exporter.export(Sample.snapshot(), isFinal: true)
        #expect(collector.problems == [])
        #expect(collector.requests == 1)
        #expect(collector.text.contains("Authorization: Bearer s3same"))
        #expect(collector.text.contains(#"{"key":"service.name","value":{"stringValue":"films"}}"#))
        #expect(collector.totals["sprocket_records_read_total"] == 1200)
        #expect(!"\(exporter)".contains("s3same"))
    }

    @Test func `a value is cumulative, since the run began`() throws {
        let body = OTLPRequest.body(Sample.snapshot(calls: [.milliseconds(30)]), service: "s")
        let json = try JSONValue(parsing: body, name: "body")
        let metrics = json["resourceMetrics"]?[0]?["scopeMetrics"]?[0]?["metrics"]
        #expect(metrics?[0]?["sum"]?["aggregationTemporality"]?.integer == 2)
        #expect(metrics?[0]?["sum"]?["isMonotonic"]?.bool == true)
        let point = metrics?[0]?["sum"]?["dataPoints"]?[0]
        #expect(point?["startTimeUnixNano"]?.string == "1767323045000000000")
        #expect(point?["timeUnixNano"]?.string == "1767323048000000000")
        #expect(metrics?[1]?["unit"]?.string == "By")
        #expect(metrics?[2]?["histogram"]?["dataPoints"]?[0]?["count"]?.string == "1")
        #expect(metrics?[2]?["histogram"]?["dataPoints"]?[0]?["bucketCounts"]?[8]?.string == "1")
    }

    @Test func `a count has no unit, since that of a ratio would give it another name`() throws {
        let ratio = MetricDefinition(
            "sprocket_pool_utilisation_ratio",
            kind: .gauge,
            unit: .ratio,
            help: "The part that was in use."
        )
        let families = [MetricDefinition.checkpoints, .callsInFlight, ratio, .runDuration].map {
            MetricFamily($0, samples: [MetricSample([], value: .number(1))])
        }
        let snapshot = MetricSnapshot(run: Sample.run, startedAt: 1, takenAt: 2, families: families)
        let json = try JSONValue(parsing: OTLPRequest.body(snapshot, service: "s"), name: "body")
        let metrics = json["resourceMetrics"]?[0]?["scopeMetrics"]?[0]?["metrics"]?.array ?? []
        #expect(metrics.map { $0["unit"]?.string } == ["", "", "1", "s"])
    }

    @Test(arguments: [(Double.nan, "NaN"), (.infinity, "Infinity"), (-.infinity, "-Infinity")])
    func `what JSON has no number for is text`(value: Double, text: String) throws {
        let families = [MetricFamily(.runDuration, samples: [MetricSample([], value: .number(value))])]
        let snapshot = MetricSnapshot(run: Sample.run, startedAt: 1, takenAt: 2, families: families)
        let json = try JSONValue(parsing: OTLPRequest.body(snapshot, service: "s"), name: "body")
        let metric = json["resourceMetrics"]?[0]?["scopeMetrics"]?[0]?["metrics"]?[0]
        #expect(metric?["gauge"]?["dataPoints"]?[0]?["asDouble"]?.string == text)
    }

    @Test func `the sender is the pipeline and its part, the same in every run`() throws {
        let run = RunIdentity(pipeline: "p", id: "r", date: "d", time: "t", partition: "2of8")
        let snapshot = MetricSnapshot(run: run, startedAt: 1, takenAt: 2, families: [])
        let json = try JSONValue(parsing: OTLPRequest.body(snapshot, service: "s"), name: "body")
        let attributes = json["resourceMetrics"]?[0]?["resource"]?["attributes"]
        #expect(attributes?[1]?["key"]?.string == "service.instance.id")
        #expect(attributes?[1]?["value"]?["stringValue"]?.string == "p 2of8")
    }

    /// A change that breaks a body, and what the stand-in says of it.
    struct Breach: Sendable, CustomTestStringConvertible {
        let from: String
        let to: String
        let problem: String
        var testDescription: String { problem }
    }

    private static let sum = "resourceMetrics[0].scopeMetrics[0].metrics[0]"
    private static let times = "resourceMetrics[0].scopeMetrics[0].metrics[2]"

    @Test(arguments: [
        Breach(from: "resourceMetrics", to: "resource_metrics", problem: "request lacks 'resourceMetrics'"),
        Breach(from: "isMonotonic", to: "is_monotonic", problem: "\(sum) lacks 'isMonotonic'"),
        Breach(
            from: "\"aggregationTemporality\":2,\"isMonotonic\"",
            to: "\"aggregationTemporality\":\"CUMULATIVE\",\"isMonotonic\"",
            problem: "\(sum) is not cumulative: the enumeration is a number, 2"
        ),
        Breach(
            from: "\"startTimeUnixNano\":\"1767323045000000000\"",
            to: "\"startTimeUnixNano\":1767323045000000000",
            problem:
                "\(sum).dataPoints[0] startTimeUnixNano is decimal text, as 64 bits do not fit into a number of JSON"
        ),
        Breach(
            from: "1767323045000000000",
            to: "1767323099000000000",
            problem: "\(sum).dataPoints[0] ends before it begins"
        ),
        Breach(
            from: "\"asDouble\":1200.0",
            to: "\"asDouble\":\"1200\"",
            problem: "\(sum).dataPoints[0] asDouble is a number"
        ),
        Breach(
            from: "\"count\":\"2\"",
            to: "\"count\":\"3\"",
            problem: "\(times).dataPoints[0] the buckets do not add up to the count"
        ),
        Breach(
            from: "\"bucketCounts\":[\"0\",",
            to: "\"bucketCounts\":[",
            problem: "\(times).dataPoints[0] has 19 buckets for 19 bounds"
        ),
        Breach(
            from: "[0.0001,0.00025,",
            to: "[0.00025,0.0001,",
            problem: "\(times).dataPoints[0] the bounds do not grow"
        ),
        Breach(
            from: "\"key\":\"stage\"",
            to: "\"key\":\"pipeline\"",
            problem: "\(sum).dataPoints[0].attributes[1] 'pipeline' is there twice"
        ),
        Breach(
            from: "\"scope\":",
            to: "\"instrumentationLibrary\":",
            problem: "resourceMetrics[0].scopeMetrics[0] lacks 'scope'"
        ),
    ])
    func `the stand-in refuses what does not keep to the form`(breach: Breach) async throws {
        let body = String(decoding: OTLPRequest.body(Sample.snapshot(), service: "s"), as: UTF8.self)
        #expect(body.contains(breach.from))
        let broken = body.replacing(breach.from, with: breach.to, maxReplacements: 1)
        let url = try HTTPURL(collector.url)
        let request = HTTPRequest(
            .post,
            url: url,
            headers: ["Content-Type": "application/json"],
            body: Array(broken.utf8)
        )
        #expect(try await CurlTransport().send(request).status == 400)
        #expect(collector.problems.contains(breach.problem), "\(collector.problems)")
    }

    @Test(arguments: [
        (503, "{}", "error[otlp.busy]: the collector is busy: status 503"),
        (
            404, "{}",
            "error[otlp.refused]: the collector has not accepted the metrics: status 404\n"
                + "  hint: check 'url': the address for metrics usually ends in /v1/metrics"
        ),
        (
            401, "{}",
            "error[otlp.refused]: the collector denies access: status 401\n"
                + "  hint: set 'authorization'"
        ),
        (
            400, "{\"code\":3,\"message\":\"bad\\nline\"}",
            "error[otlp.refused]: the collector has not accepted the metrics: status 400: bad line"
        ),
        (500, "<html>", "error[otlp.refused]: the collector has not accepted the metrics: status 500"),
        (
            200, "{\"partialSuccess\":{\"rejectedDataPoints\":\"2\",\"errorMessage\":\"too\\u001b[31m\\nold\"}}",
            "error[otlp.partial]: the collector has rejected 2 values: too [31m old"
        ),
        (
            200, "{\"partialSuccess\":{\"errorMessage\":\"slow down\"}}",
            "error[otlp.partial]: the collector has accepted everything and states: slow down"
        ),
    ])
    func `what the collector does not take is reported in words`(status: Int, body: String, words: String) async throws
    {
        collector.answer((status, body))
        let exporter = try exporter()
        let error = await #expect(throws: Diagnostic.self) {
            try await exporter.export(Sample.snapshot(), isFinal: false)
        }
        #expect(error?.rendered() == words)
        #expect(collector.requests == 1)
    }

    @Test func `of a long message the beginning is shown`() async throws {
        collector.answer((400, "{\"message\":\"\(String(repeating: "x", count: 10_000))\"}"))
        let exporter = try exporter()
        let error = await #expect(throws: Diagnostic.self) {
            try await exporter.export(Sample.snapshot(), isFinal: false)
        }
        #expect(error?.message.hasSuffix(": status 400: " + String(repeating: "x", count: 200) + " …") == true)
    }

    private func scripted(_ answers: [HTTPResponse], _ time: ManualTime) throws -> (OTLP, Locked<[Duration]>) {
        let moments = Locked<[Duration]>([])
        let transport = ScriptedTransport { _, _ in
            let number = moments.withLock { moments in
                moments.append(time.now)
                return moments.count
            }
            return answers[min(number, answers.count) - 1]
        }
        let bench = Bench(time: time, transport: transport)
        return (try bench.exporter(OTLP.self, options: "url = \"http://127.0.0.1:1/v1/metrics\""), moments)
    }

    @Test func `a collector that wants to be left alone is`() async throws {
        let time = ManualTime()
        let busy = HTTPResponse(status: 429, headers: ["Retry-After": "30"])
        let (exporter, moments) = try scripted([busy, HTTPResponse(status: 200)], time)
        await #expect(throws: Diagnostic.self) { try await exporter.export(Sample.snapshot(), isFinal: false) }
        time.advance(by: .seconds(15))
        try await exporter.export(Sample.snapshot(after: 4), isFinal: false)
        #expect(moments.withLock { $0 } == [.zero])
        time.advance(by: .seconds(15))
        try await exporter.export(Sample.snapshot(after: 5), isFinal: false)
        #expect(moments.withLock { $0 } == [.zero, .seconds(30)])
    }

    @Test func `at the end it is left alone for some seconds, and no longer`() async throws {
        let time = ManualTime()
        let soon = HTTPResponse(status: 503, headers: ["Retry-After": "3"])
        let (exporter, moments) = try scripted([soon, HTTPResponse(status: 200)], time)
        try await exporter.export(Sample.snapshot(), isFinal: true)
        #expect(moments.withLock { $0 } == [.zero, .seconds(3)])
        let late = HTTPResponse(status: 503, headers: ["Retry-After": "60"])
        let (other, calls) = try scripted([late, HTTPResponse(status: 200)], time)
        await #expect(throws: Diagnostic.self) { try await other.export(Sample.snapshot(), isFinal: true) }
        #expect(calls.withLock { $0.count } == 1)
    }

    @Test func `at the end a busy collector is asked up to three times`() async throws {
        collector.answer((503, "{}"), (429, "{}"))
        try await exporter().export(Sample.snapshot(), isFinal: true)
        #expect(collector.requests == 3)
        #expect(collector.totals["sprocket_records_read_total"] == 1200)
    }
}
