internal import Formats
package import PluginKit

/// Sends the figures to a collector by OTLP.
package struct OTLP: Exporter {
    package static let name = "otlp"
    package static let summary = "Sends the figures to a collector by OTLP: HTTP with JSON."
    package static let details = """
        OTLP is the protocol of OpenTelemetry; its Collector, Prometheus, Grafana, Datadog and others take it. Every value \
        is cumulative since the start of the run in this process; times are histograms with fixed bounds.

        A server that is busy (429, 502, 503, 504) is asked again at the next export, and at the end of the run up to \
        three times. What it refuses of the values is a warning.
        """
    package static let example: String? = """
        [exporter.collector]
        use = "otlp"
        url = "http://localhost:4318/v1/metrics"
        authorization = "Bearer ${env:OTLP_TOKEN}"
        every = "30s"
        """
    package static let makesExchanges = true

    package struct Options: OptionGroup {
        @Option("Where the collector takes metrics; as a rule the address ends in `/v1/metrics`.")
        package var url: HTTPURL

        @Option("The header field `Authorization`.")
        package var authorization: Secret?

        @Option("What `service.name` is.")
        package var service = "sprocket"

        package init() {}
    }

    private let url: HTTPURL
    private let authorization: Secret?
    private let service: String
    private let http: HTTPClient
    private let time: any TimeSource

    package init(_ options: Options, in context: StageContext) {
        url = options.url
        service = options.service
        http = context.http
        time = context.time
        authorization = options.authorization
    }

    package func export(_ snapshot: MetricSnapshot, isFinal: Bool) async throws {
        var headers: HTTPHeaders = ["Content-Type": "application/json"]
        if let authorization { headers.append(.init("Authorization", authorization.revealed, isSecret: true)) }
        let request = HTTPRequest(.post, url, headers: headers, body: OTLPRequest.body(snapshot, service: service))
        var attempt = 1
        while true {
            do {
                return try await http.send(request) { try check($0) }
            } catch StageFailure.transient(let diagnostic, _) {
                guard isFinal, attempt < 3 else { throw diagnostic }
                attempt += 1
                try await time.sleep(until: time.now + .milliseconds(500))
            }
        }
    }

    /// Whether the collector has taken everything.
    ///
    /// Which answers mean what: https://opentelemetry.io/docs/specs/otlp/#otlphttp-response, read on 2026-11-23.
    private func check(_ response: HTTPResponse) throws {
        switch response.status {
        case 200..<300:
            let answer = try? JSONValue(parsing: response.body, name: "answer")
            guard let partial = answer?["partialSuccess"] else { return }
            let rejected = partial["rejectedDataPoints"]?.string ?? "\(partial["rejectedDataPoints"]?.integer ?? 0)"
            guard rejected != "0" else { return }
            throw Diagnostic(
                "otlp.partial",
                "the collector has refused \(rejected) values: \((partial["errorMessage"]?.string ?? "").prefix(200))"
            )
        case 429, 502, 503, 504:
            throw StageFailure.transient(Diagnostic("otlp.busy", "the collector is busy: status \(response.status)"))
        case 401, 403:
            throw Diagnostic(
                "otlp.refused",
                "the collector refuses who asks: status \(response.status)",
                hint: "'authorization' is what it wants to know"
            )
        default:
            throw Diagnostic(
                "otlp.refused",
                "the collector has not taken the figures: status \(response.status)",
                hint: "is 'url' the address for metrics? It ends in /v1/metrics as a rule"
            )
        }
    }
}
