internal import Formats
package import PluginKit

/// Sends the metrics to a collector by OTLP.
package struct OTLP: Exporter {
    package static let name = "otlp"
    package static let summary = "Sends the metrics to a collector by OTLP: HTTP with JSON."
    package static let details = """
        OTLP is the protocol of OpenTelemetry; its Collector, Prometheus, Grafana, Datadog and others accept it. Every \
        value is cumulative since the start of the run in this process; durations are histograms with fixed bounds.

        If a server is busy (429, 502, 503, 504), the next export tries again; at the end of the run, up to three \
        attempts are made. If the server asks for a pause (`Retry-After`), no export is sent until then; at the end of \
        a run the exporter waits up to 5 s for it. If the server rejects some values, the run reports a warning.

        `service.instance.id` is the name of the pipeline, followed by its part if it has one: it is the same in every \
        run.
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
        @Option("The URL for metrics of the collector; it usually ends in `/v1/metrics`.")
        package var url: HTTPURL

        @Option("The header field `Authorization`.")
        package var authorization: Secret?

        @Option("The value of `service.name`.")
        package var service = "sprocket"

        package init() {}
    }

    private let url: HTTPURL
    private let authorization: Secret?
    private let service: String
    private let http: HTTPClient
    private let time: any TimeSource
    /// Until when the collector has asked for a pause; nil if it has not.
    private let pause = Locked<Duration?>(nil)

    /// How long the end of a run waits for a pause that the collector has asked for.
    private static let patience = Duration.seconds(5)
    /// How many characters of a server's message are shown.
    private static let shownCharacters = 200

    package init(_ options: Options, in context: StageContext) {
        url = options.url
        service = options.service
        http = context.http
        time = context.time
        authorization = options.authorization
    }

    package func export(_ snapshot: MetricSnapshot, isFinal: Bool) async throws {
        if !isFinal, let end = pause.withLock({ $0 }), end > time.now {
            // Nothing is lost: the next export includes these values.
            return
        }
        var headers: HTTPHeaders = ["Content-Type": "application/json"]
        if let authorization { headers.append(.init("Authorization", value: authorization.revealed, isSecret: true)) }
        let request = HTTPRequest(.post, url: url, headers: headers, body: OTLPRequest.body(snapshot, service: service))
        var attempt = 1
        var wait = max(.zero, (pause.withLock { $0 } ?? time.now) - time.now)
        while true {
            do {
                guard wait <= Self.patience else { throw StageFailure.transient(Self.busy(wait), retryAfter: wait) }
                if wait > .zero { try await time.sleep(until: time.now + wait) }
                return try await http.send(request) { try check($0) }
            } catch StageFailure.transient(let diagnostic, let asked) {
                pause.withLock { $0 = asked.map { time.now + $0 } }
                wait = max(.milliseconds(500), asked ?? .zero)
                guard isFinal, attempt < 3, wait <= Self.patience else { throw diagnostic }
                attempt += 1
            }
        }
    }

    private static func busy(_ wait: Duration) -> Diagnostic {
        Diagnostic("otlp.busy", message: "the collector has asked for a pause of another \(wait.wholeSeconds) s")
    }

    /// Checks whether the collector has accepted everything.
    ///
    /// For the answers see https://opentelemetry.io/docs/specs/otlp/#otlphttp-response, read on 2026-11-23.
    private func check(_ response: HTTPResponse) throws {
        switch response.status {
        case 200..<300:
            let answer = try? JSONValue(parsing: response.body, name: "answer")
            guard let partial = answer?["partialSuccess"] else { return }
            let rejected = partial["rejectedDataPoints"]?.string ?? "\(partial["rejectedDataPoints"]?.integer ?? 0)"
            let words = Self.shown(partial["errorMessage"]?.string ?? "")
            guard rejected != "0" else {
                // If nothing is rejected, the message is a warning.
                guard !words.isEmpty else { return }
                throw Diagnostic("otlp.partial", message: "the collector has accepted everything and states: \(words)")
            }
            let values = Int(rejected)?.counted("value") ?? "\(rejected) values"
            throw Diagnostic("otlp.partial", message: "the collector has rejected \(values): \(words)")
        case 429, 502, 503, 504:
            throw StageFailure.transient(
                Diagnostic("otlp.busy", message: "the collector is busy: status \(response.status)"),
                retryAfter: response.headers.retryAfter()
            )
        case 401, 403:
            throw Diagnostic(
                "otlp.refused",
                message: "the collector denies access: status \(response.status)",
                hint: "set 'authorization'"
            )
        default:
            let words = Self.message(of: response)
            throw Diagnostic(
                "otlp.refused",
                message: "the collector has not accepted the metrics: status \(response.status)"
                    + (words.isEmpty ? "" : ": \(words)"),
                hint: response.status == 404 || response.status == 405
                    ? "check 'url': the address for metrics usually ends in /v1/metrics" : nil
            )
        }
    }

    /// The message of an error answer: the `message` of a `Status`, or plain text.
    private static func message(of response: HTTPResponse) -> String {
        if let message = (try? JSONValue(parsing: response.body, name: "answer"))?["message"]?.string {
            return shown(message)
        }
        let isText = response.headers["Content-Type"]?.lowercased().hasPrefix("text/plain") == true
        return isText ? shown(String(decoding: response.body.prefix(4096), as: UTF8.self)) : ""
    }

    /// A server's message on one line, shortened.
    private static func shown(_ words: String) -> String {
        let line = String(
            String.UnicodeScalarView(words.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 })
        )
        let text = line.split(separator: " ").joined(separator: " ")
        return text.count > shownCharacters ? text.prefix(shownCharacters) + " …" : text
    }
}
