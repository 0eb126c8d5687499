package import PluginKit

/// Counts the calls of stages and measures their duration.
package struct Metrics: Middleware {
    package static let name = "metrics"
    package static let summary = "Counts calls and their results, and measures how long they take."
    package static let wraps = Set(CallKind.allCases)
    package static let details = """
        The layer measures what passes through its place: outside of `retry`, a call with all its attempts counts as \
        one; inside, each attempt counts. To measure both, define two layers with names of their own.

        The report of a run shows for each stage the number of calls, the number that failed, and the median, the 95th \
        and the 99th percentile of their durations; durations are exact to 0.8 %.

        Every stage is measured without this layer: see `docs/metrics.md`. The layer adds metrics of the calls at its \
        place among the layers, `sprocket_layer_calls_total`, `sprocket_layer_call_duration_seconds` and \
        `sprocket_layer_most_in_flight`, for all exporters of the pipeline.
        """
    package static let example: String? = """
        [middleware.metrics]
        use = "metrics"
        """

    package struct Options: OptionGroup {
        package static let retired = [
            "prometheus": "exporters write the files: [exporter.prometheus] with use = \"prometheus\" and path = \"…\""
        ]

        package init() {}
    }

    private let time: any TimeSource
    /// In the order of the kinds.
    private let records = Locked(CallKind.allCases.map { CallRecord(kind: $0) })

    package init(_ options: Options, in context: StageContext) { time = context.time }

    package func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        let start = time.nanoseconds
        records.withLock { $0[call.kind.place].begin() }
        do {
            let output = try await next(call)
            end(call.kind, result: .success, since: start)
            return output
        } catch {
            end(call.kind, result: CallResult(error), since: start)
            throw error
        }
    }

    private func end(_ kind: CallKind, result: CallResult, since start: Int64) {
        let length = time.nanoseconds - start
        records.withLock { $0[kind.place].end(result, after: length) }
    }

    private var used: [CallRecord] {
        records.withLock { $0 }.filter { !$0.isEmpty }.sorted { $0.kind.rawValue < $1.kind.rawValue }
    }

    package var measurements: [Measurement] { reported + exported }

    private var reported: [Measurement] {
        used.flatMap { record -> [Measurement] in
            let kind = record.kind.rawValue
            let failed = record.calls - (record.endings[.success] ?? 0)
            return [
                Measurement("\(kind) calls", value: Double(record.calls)),
                Measurement("\(kind) calls failed", value: Double(failed)),
                Measurement("\(kind) median", value: record.latency.quantile(0.5), unit: "s"),
                Measurement("\(kind) 95 %", value: record.latency.quantile(0.95), unit: "s"),
                Measurement("\(kind) 99 %", value: record.latency.quantile(0.99), unit: "s"),
                Measurement("\(kind) longest", value: Double(record.latency.longest) / 1e9, unit: "s"),
            ]
        }
    }

    private var exported: [Measurement] {
        used.flatMap { record -> [Measurement] in
            let kind = MetricLabel("kind", value: record.kind.rawValue)
            let endings = record.endings
            let ended = CallResult.allCases.map { ending in
                // Results without calls are reported as 0 from the start, so that the first one is visible as an
                // increase.
                let labels = [kind, MetricLabel("result", value: ending.rawValue)]
                return Measurement(.layerCalls, value: .number(Double(endings[ending] ?? 0)), labels: labels)
            }
            return ended + [
                Measurement(.layerCallDuration, value: .times(record.latency), labels: [kind]),
                Measurement(.layerMostInFlight, value: .number(Double(record.mostInFlight)), labels: [kind]),
            ]
        }
    }
}
