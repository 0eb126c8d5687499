package import PluginKit

/// Counts the calls of stages and measures how long they take.
package struct Metrics: Middleware {
    package static let name = "metrics"
    package static let summary = "Counts calls, how they end and how long they take."
    package static let wraps = Set(CallKind.allCases)
    package static let repeatsCalls = false
    package static let details = """
        It sees what the layers further in let it see: outside of `retry` a call with all its attempts is one, inside each \
        attempt is one. Give two layers names of their own to have both.

        The report of a run shows for each stage the calls, those that failed, and how long half of them, 95 % and 99 % \
        of them took at most; times are right to 0.8 %.

        What every stage does is measured without it: see `docs/metrics.md`. The layer tells besides what calls are like at \
        its place among the layers, as `sprocket_layer_calls_total`, `sprocket_layer_call_duration_seconds` and \
        `sprocket_layer_most_in_flight`, to whatever exporters the pipeline has.
        """
    package static let example: String? = """
        [middleware.metrics]
        use = "metrics"
        """

    package struct Options: OptionGroup {
        package static let retired = [
            "prometheus": "exporters write files now: [exporter.prometheus] with use = \"prometheus\" and path = \"…\""
        ]

        package init() {}
    }

    private let stage: String
    private let time: any TimeSource
    private let ledger: CallLedger

    package init(_ options: Options, in context: StageContext) {
        stage = context.stage
        time = context.time
        // One run has one ledger, whatever ran before it in this process.
        ledger = context.shared.object("metrics \(context.layer) \(context.run.id)") { CallLedger() }
    }

    package func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        ledger.begin(stage, call.kind)
        let start = time.now
        do {
            let output = try await next(call)
            ledger.end(stage, call.kind, .success, after: time.now - start)
            return output
        } catch {
            ledger.end(stage, call.kind, CallResult(error), after: time.now - start)
            throw error
        }
    }

    package var figures: [Figure] {
        ledger.records(of: stage).flatMap { record -> [Figure] in
            let kind = record.kind.rawValue
            let failed = record.calls - (record.results[.success] ?? 0)
            return [
                Figure("\(kind) calls", Double(record.calls)), Figure("\(kind) calls failed", Double(failed)),
                Figure("\(kind) median", record.latency.quantile(0.5), unit: "s"),
                Figure("\(kind) 95 %", record.latency.quantile(0.95), unit: "s"),
                Figure("\(kind) 99 %", record.latency.quantile(0.99), unit: "s"),
                Figure("\(kind) longest", Double(record.latency.longest) / 1e9, unit: "s"),
            ]
        }
    }

    package var measurements: [Measurement] {
        ledger.records(of: stage).flatMap { record -> [Measurement] in
            let kind = MetricLabel("kind", record.kind.rawValue)
            let ended = CallResult.allCases.compactMap { result in
                record.results[result].map { count in
                    let labels = [kind, MetricLabel("result", result.rawValue)]
                    return Measurement(.layerCalls, .number(Double(count)), labels: labels)
                }
            }
            return ended + [
                Measurement(.layerCallDuration, .times(record.latency), labels: [kind]),
                Measurement(.layerMostInFlight, .number(Double(record.mostInFlight)), labels: [kind]),
            ]
        }
    }
}
