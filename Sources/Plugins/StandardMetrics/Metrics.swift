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

        With `prometheus`, all figures are also written at the end of the run, in Prometheus' text format, to a file that \
        the node exporter's textfile collector reads: name it `….prom` and put it where that looks. It appears when it is \
        whole. Its families are `sprocket_calls_total` (labels: pipeline, stage, kind, result), \
        `sprocket_calls_in_flight_max` and `sprocket_call_duration_seconds`, a histogram.
        """
    package static let example: String? = """
        [middleware.metrics]
        use = "metrics"
        prometheus = "/var/lib/prometheus/node-exporter/sprocket-{name}.prom"
        """

    package struct Options: OptionGroup {
        @Option("Where to write all figures at the end of a run, in Prometheus' text format.")
        package var prometheus: OutputPath?

        package init() {}
    }

    private let stage: String
    private let pipeline: String
    private let time: any TimeSource
    private let ledger: CallLedger
    private let log: StageLog
    private let path: String?

    package init(_ options: Options, in context: StageContext) {
        stage = context.stage
        pipeline = context.run.pipeline
        time = context.time
        log = context.log
        // One run has one ledger, whatever ran before it in this process.
        ledger = context.shared.object("metrics \(context.layer) \(context.run.id)") { CallLedger() }
        path = options.prometheus?.path(in: context.run)
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
            ledger.end(stage, call.kind, CallRecord.Ending(error), after: time.now - start)
            throw error
        }
    }

    package var figures: [Figure] {
        ledger.records(of: stage).flatMap { record -> [Figure] in
            let kind = record.kind.rawValue
            let failed = record.calls - (record.endings[.success] ?? 0)
            return [
                Figure("\(kind) calls", Double(record.calls)), Figure("\(kind) calls failed", Double(failed)),
                Figure("\(kind) median", record.latency.quantile(0.5), unit: "s"),
                Figure("\(kind) 95 %", record.latency.quantile(0.95), unit: "s"),
                Figure("\(kind) 99 %", record.latency.quantile(0.99), unit: "s"),
                Figure("\(kind) longest", Double(record.latency.longest) / 1e9, unit: "s"),
            ]
        }
    }

    /// Writes the file; each stage does, and the last one has everything.
    package func finish() async {
        guard let path else { return }
        do throws(Diagnostic) {
            let text = PrometheusText(ledger.all, pipeline: pipeline).text
            let file = OutputFile(path, suffix: ".part")
            let end = try file.write(Array(text.utf8).span, at: 0)
            let pending = try file.complete(upTo: end, records: 0)
            try FileSystem.rename(pending.temporaryPath, to: pending.path)
        } catch {
            var warning = error
            warning.severity = .warning
            log.say(warning)
        }
    }
}
