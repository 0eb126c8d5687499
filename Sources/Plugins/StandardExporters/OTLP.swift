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
        three times. One that states how long it wants to be left alone (`Retry-After`) is; at the end of a run \
        it is waited for up to 5 s. What it refuses of the values is a warning.

        `service.instance.id` is the name of the pipeline, with its part where it has one: it is the same in every run.
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
    /// Until when the collector wants to be left alone; nil if it does not.
    private let pause = Locked<Duration?>(nil)

    /// How long the end of a run waits for a collector that wants to be left alone.
    private static let patience = Duration.seconds(5)
    /// How many characters of what a server says are shown.
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
            // Nothing is lost: the next figures have all that these have.
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
        Diagnostic("otlp.busy", message: "the collector wants to be left alone for \(wait.wholeSeconds) s more")
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
            let words = Self.shown(partial["errorMessage"]?.string ?? "")
            guard rejected != "0" else {
                // With nothing refused, what it says is a warning.
                guard !words.isEmpty else { return }
                throw Diagnostic("otlp.partial", message: "the collector has taken everything, and says: \(words)")
            }
            let values = Int(rejected)?.counted("value") ?? "\(rejected) values"
            throw Diagnostic("otlp.partial", message: "the collector has refused \(values): \(words)")
        case 429, 502, 503, 504:
            throw StageFailure.transient(
                Diagnostic("otlp.busy", message: "the collector is busy: status \(response.status)"),
                retryAfter: response.headers.retryAfter()
            )
        case 401, 403:
            throw Diagnostic(
                "otlp.refused",
                message: "the collector refuses who asks: status \(response.status)",
                hint: "'authorization' is what it wants to know"
            )
        default:
            let words = Self.message(of: response)
            throw Diagnostic(
                "otlp.refused",
                message: "the collector has not taken the figures: status \(response.status)"
                    + (words.isEmpty ? "" : ": \(words)"),
                hint: response.status == 404 || response.status == 405
                    ? "is 'url' the address for metrics? It ends in /v1/metrics as a rule" : nil
            )
        }
    }

    /// What a collector says of an error: the `message` of a `Status`, or plain text.
    private static func message(of response: HTTPResponse) -> String {
        if let message = (try? JSONValue(parsing: response.body, name: "answer"))?["message"]?.string {
            return shown(message)
        }
        let isText = response.headers["Content-Type"]?.lowercased().hasPrefix("text/plain") == true
        return isText ? shown(String(decoding: response.body.prefix(4096), as: UTF8.self)) : ""
    }

    /// What a server says, on one line and not too much of it.
    private static func shown(_ words: String) -> String {
        let line = String(
            String.UnicodeScalarView(words.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 })
        )
        let text = line.split(separator: " ").joined(separator: " ")
        return text.count > shownCharacters ? text.prefix(shownCharacters) + " …" : text
    }
}
