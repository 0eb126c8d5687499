import Formats
import Foundation
import PluginTestKit
import Testing

@Suite struct ExporterTests {
    private let folder: TemporaryFolder
    private let sprocket: Program

    init() throws {
        folder = try TemporaryFolder()
        sprocket = Program(folder: folder.path)
    }

    private static let everything = """
        [run]
        batch_size = 100
        on_reject = "drop"

        [middleware.outer]
        use = "metrics"

        [middleware.patience]
        use = "retry"

        [middleware.quota]
        use = "rate-limit"
        requests = 10000
        per = "1s"

        [middleware.workers]
        use = "pool"
        workers = 4
        per = "layer"

        [middleware.outage]
        use = "breaker"

        [middleware.soon]
        use = "timeout"
        limit = "30s"

        [middleware.answers]
        use = "cache"

        [exporter.node]
        use = "prometheus"
        path = "{name}.prom"

        [exporter.figures]
        use = "json-file"
        path = "figures.json"

        [[source]]
        use = "generate"
        rows = 2000
        columns = ["n: sequence", "kind: choice film|show"]

        [[transform]]
        use = "number"
        per = ["kind"]

        [[sink]]
        use = "csv"
        path = "out.csv"
        """

    @Test(.enabled(if: Promtool.path != nil, "promtool is missing: scripts/prerequisites --for-tests fetches it"))
    func `Prometheus' own checker has no complaint about the file of a run with all layers`() throws {
        try folder.write(Self.everything, to: "p.toml")
        #expect(try sprocket("run", "p.toml").code == 0)
        let text = try folder.text(of: "p.prom")
        #expect(try Promtool.complaints(about: text) == "")
        for family in [
            "limiter_calls", "pool_utilisation_ratio", "breaker_opened", "timeout_calls", "retry_repeats",
            "layer_call_duration_seconds_bucket", "process_heap_bytes", "last_success_timestamp_seconds",
        ] { #expect(text.contains("\nsprocket_\(family)"), "\(family)") }
        #expect(
            text.contains(#"sprocket_records_written_total{pipeline="p",stage="csv",kind="sink",plugin="csv"} 2000"#)
        )
        // It does complain where there is reason to.
        #expect(try !Promtool.complaints(about: text.replacing("sprocket_calls_total", with: "sprocketCalls")).isEmpty)
    }

    @Test func `what exporters say at the end is what the report says`() throws {
        try folder.write(Self.everything, to: "p.toml")
        let outcome = try sprocket("run", "p.toml", "--report", "report.json")
        #expect(outcome.code == 0)
        let report = try JSONValue(parsing: folder.bytes(of: "report.json"), name: "report")
        let figures = try JSONValue(parsing: folder.bytes(of: "figures.json"), name: "figures")
        func total(_ name: String, _ stage: String) -> Int64? {
            let family = figures["families"]?.array?.first { $0["name"]?.string == name }
            return family?["samples"]?.array?.first { $0["labels"]?["stage"]?.string == stage }?["value"]?.integer
        }
        for stage in report["stages"]?.array ?? [] {
            let name = stage["name"]?.string ?? ""
            #expect(total("sprocket_records_read_total", name) == stage["in"]?.integer, "\(name)")
            #expect(total("sprocket_records_written_total", name) == stage["out"]?.integer, "\(name)")
        }
        let stages = report["stages"]?.array ?? []
        for stage in stages {
            let calls = try #require(stage["calls"]?.array?.first)
            let family = figures["families"]?.array?.first { $0["name"]?.string == "sprocket_calls_total" }
            for result in calls["results"]?.object ?? [] {
                let sample = family?["samples"]?.array?.first {
                    $0["labels"]?["stage"]?.string == stage["name"]?.string
                        && $0["labels"]?["result"]?.string == result.key
                }
                #expect(sample?["value"]?.integer == result.value.integer)
            }
            let times = ["p50Seconds", "p95Seconds", "p99Seconds", "maxSeconds"].map { calls[$0]?.real ?? -1 }
            #expect(times[0] > 0 && times == times.sorted(), "\(times)")
        }
        #expect(stages.first?["bytesRead"]?.integer == total("sprocket_read_bytes_total", "generate"))
        #expect(stages.last?["bytesWritten"]?.integer == report["files"]?[0]?["bytes"]?.integer)
        #expect(report["process"]?["heapMappedBytes"]?.integer != nil)
        #expect(total("sprocket_written_bytes_total", "csv") == report["files"]?[0]?["bytes"]?.integer)
        #expect(figures["run"]?.string == report["run"]?.string)
        let phases = report["phases"]?.array?.reduce(0) { $0 + ($1["seconds"]?.real ?? 0) } ?? 0
        let seconds = report["seconds"]?.real ?? 0
        #expect(abs(phases - seconds) < 0.2 * seconds + 0.05, "\(phases) of \(seconds)")
        #expect((report["process"]?["residentPeakBytes"]?.integer ?? 0) > 1_000_000)
        #expect(report["verdict"]?["words"]?.string?.isEmpty == false)
    }

    @Test func `a run that a limiter held back says so, and what to try`() throws {
        try folder.write(
            """
            [run]
            batch_size = 10

            [middleware.quota]
            use = "rate-limit"
            requests = 1
            per = "300ms"

            [[source]]
            use = "generate"
            rows = 80
            columns = ["n: sequence"]

            [[sink]]
            use = "null"
            """,
            to: "p.toml"
        )
        let outcome = try sprocket("run", "p.toml", "--report", "report.json")
        #expect(outcome.code == 0)
        let verdict = try JSONValue(parsing: folder.bytes(of: "report.json"), name: "report")["verdict"]
        #expect(verdict?["cause"]?.string == "limiter")
        #expect(verdict?["layer"]?.string == "quota")
        #expect(verdict?["stage"]?.string == "generate")
        #expect((verdict?["share"]?.real ?? 0) > 0.5)
        // It took more than two seconds, so people are told, too.
        #expect(outcome.errors.contains("\n  held up: the limiter 'quota' held 'generate' back "))
        #expect(outcome.errors.contains("or a higher 'requests' in [middleware.quota] if the service allows it\n"))
    }

    @Test func `a run that stopped short says when the pipeline last succeeded`() throws {
        let pipeline = """
            [vars]
            column = "n"

            [exporter.node]
            use = "prometheus"
            path = "p.prom"

            [[source]]
            use = "generate"
            rows = 10
            columns = ["n: sequence"]

            [[sink]]
            use = "csv"
            path = "${var:column}/out.csv"
            """
        try folder.write(pipeline, to: "p.toml")
        try folder.write("", to: "taken")
        #expect(try sprocket("run", "p.toml", "-D", "column=taken").code != 0)
        #expect(!(try folder.text(of: "p.prom").contains("sprocket_last_success_timestamp_seconds{")))
        #expect(try folder.text(of: "p.prom").contains(#"sprocket_run_state{pipeline="p",state="failed"} 1"#))
        #expect(try sprocket("run", "p.toml").code == 0)
        #expect(try sprocket("run", "p.toml", "-D", "column=taken").code != 0)
        let line = try folder.text(of: "p.prom").split(separator: "\n")
            .first { $0.hasPrefix("sprocket_last_success_timestamp_seconds{") }
        let moment = try #require(line?.split(separator: " ").last.flatMap { Double($0) })
        #expect(abs(Date.now.timeIntervalSince1970 - moment) < 600)
    }

    @Test func `an exporter that cannot write is a warning, and the run publishes`() throws {
        try folder.write("", to: "taken")
        try folder.write(
            Self.everything.replacing("\"{name}.prom\"", with: "\"taken/p.prom\""),
            to: "p.toml"
        )
        let outcome = try sprocket("run", "p.toml")
        #expect(outcome.code == 0)
        #expect(
            outcome.errors.contains(
                """
                warning[exporter.failed]: node: the figures could not be handed on: taken: this is a file where a folder is needed
                  hint: choose another path

                """
            )
        )
        #expect(folder.files.contains("out.csv"))
    }
}
