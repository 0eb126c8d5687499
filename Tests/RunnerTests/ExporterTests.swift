import Formats
import Foundation
import PluginTestKit
import TestTags
import Testing

@Suite(.tags(.process, .waits)) struct ExporterTests {
    private let folder: TemporaryFolder
    private let sprocket: Program

    init() throws {
        folder = try TemporaryFolder()
        sprocket = Program(folder: folder.path)
    }

    static let everything = """
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

    @Test(.enabled(if: Promtool.path != nil, "promtool is missing: scripts/prerequisites --for-tests fetches it"))
    func `the alerts of the page fire when there is reason to, and only then`() throws {
        let page = try String(contentsOfFile: Program.repository + "/docs/metrics.md", encoding: .utf8)
        let start = try #require(page.range(of: "```promql\n"))
        let end = try #require(page.range(of: "```", range: start.upperBound..<page.endIndex))
        let expressions = page[start.upperBound..<end.lowerBound].split(separator: "\n")
            .map { $0.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces) }
        #expect(expressions.count == 3)
        var rules = "groups:\n  - name: page\n    rules:\n"
        for (index, expression) in expressions.enumerated() {
            rules += "      - alert: alert\(index)\n        expr: '\(expression)'\n"
        }
        try folder.write(rules, to: "rules.yml")
        /// A pipeline that runs once a day, and the labels of those alerts that fire after two days.
        func test(_ values: [String], _ fires: Bool) -> String {
            let series = [
                #"sprocket_last_success_timestamp_seconds{pipeline="p"}"#,
                #"sprocket_run_state{pipeline="p",state="failed"}"#,
                #"sprocket_records_rejected_total{pipeline="p",stage="s"}"#,
            ]
            let labels = [["pipeline: p"], ["pipeline: p", "state: failed"], ["pipeline: p", "stage: s"]]
            var text = "  - interval: 1m\n    input_series:\n"
            for (series, values) in zip(series, values) {
                text += "      - series: '\(series)'\n        values: '\(values)'\n"
            }
            text += "    alert_rule_test:\n"
            for (index, labels) in labels.enumerated() {
                text += "      - eval_time: 48h\n        alertname: alert\(index)\n        exp_alerts: "
                text += fires ? "[{exp_labels: {\(labels.joined(separator: ", "))}}]\n" : "[]\n"
            }
            return text
        }
        // Both days rejected the same three records; and the last success was at the start of the first day.
        let bad = test(["0+0x2880", "1+0x2880", "3+0x2880"], true)
        let good = test(["172000+0x2880", "0+0x2880", "0+0x2880"], false)
        try folder.write("rule_files: [rules.yml]\ntests:\n" + bad + good, to: "tests.yml")
        let outcome = try Program.run(Promtool.path ?? "", ["test", "rules", "tests.yml"], in: folder.path)
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
    }

    @Test func `in a command of several runs, the counters of each begin at 0`() throws {
        for (name, rows) in [("a", 60_000), ("b", 10)] {
            try folder.write(
                Self.everything.replacing("rows = 2000", with: "rows = \(rows)")
                    .replacing("\"figures.json\"", with: "\"{name}.json\"").replacing("out.csv", with: "{name}.csv"),
                to: "\(name).toml"
            )
        }
        #expect(try sprocket("run", "a.toml", "b.toml", "--report", "report.json").code == 0)
        func total(_ name: String, _ file: String) throws -> Double {
            let figures = try JSONValue(parsing: folder.bytes(of: file), name: file)
            let family = figures["families"]?.array?.first { $0["name"]?.string == name }
            return (family?["samples"]?.array ?? []).reduce(0) { $0 + ($1["value"]?.real ?? 0) }
        }
        #expect(try total("sprocket_records_read_total", "a.json") > 60_000)
        #expect(try total("sprocket_records_read_total", "b.json") == 30)
        for name in ["sprocket_process_cpu_seconds_total", "sprocket_limiter_calls_total", "sprocket_pool_calls_total"]
        {
            let (first, second) = (try total(name, "a.json"), try total(name, "b.json"))
            #expect(second < first / 2, "\(name): \(first), then \(second)")
        }
        let report = try JSONValue(parsing: folder.bytes(of: "report.json"), name: "report")
        let seconds = (report["steps"]?.array ?? []).map { $0["report"]?["process"]?["cpuUserSeconds"]?.real ?? 0 }
        #expect(seconds.count == 2 && seconds[1] < seconds[0] / 2, "\(seconds)")
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
        #expect((report["bottleneck"]?["text"] != nil) == (seconds >= 1))
    }

    @Test func `a run that a limiter delayed reports that, and what to try`() throws {
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
        let verdict = try JSONValue(parsing: folder.bytes(of: "report.json"), name: "report")["bottleneck"]
        #expect(verdict?["cause"]?.string == "limiter")
        #expect(verdict?["layer"]?.string == "quota")
        #expect(verdict?["stage"]?.string == "generate")
        #expect((verdict?["share"]?.real ?? 0) > 0.5)
        // It took more than two seconds, so people are told, too.
        #expect(outcome.errors.contains("\n  held up: 'generate' waited for the request limit 'quota' "))
        // What is generated is not kept, so no cache is proposed, which `check` would warn of.
        let advice = "try a higher 'requests' in [middleware.quota] if the service allows it"
        #expect(outcome.errors.contains("  \(advice)\n"), "\(outcome.errors)")
        #expect(verdict?["advice"]?.string == advice)
    }

    @Test(arguments: ["", "\n[middleware.places]\nuse = \"pool\"\nworkers = 1\n"])
    func `a run that was cut off while a limiter delayed it reports that`(pool: String) throws {
        try folder.write(
            """
            [run]
            time_limit = "1500ms"

            [middleware.quota]
            use = "rate-limit"
            requests = 1
            per = "10s"
            keep = false
            \(pool)
            [[source]]
            use = "generate"
            rows = 100_000
            columns = ["n: sequence"]

            [[sink]]
            use = "null"
            """,
            to: "p.toml"
        )
        let outcome = try sprocket("run", "p.toml", "--report", "report.json")
        #expect(outcome.code == 1)
        let verdict = try JSONValue(parsing: folder.bytes(of: "report.json"), name: "report")["bottleneck"]
        #expect(verdict?["cause"]?.string == "limiter")
        #expect(verdict?["layer"]?.string == "quota")
        #expect((verdict?["share"]?.real ?? 0) > 0.5)
        #expect(verdict?["advice"]?.string == nil)
    }

    @Test func `a run that stopped short says when the pipeline last succeeded`() throws {
        func pipeline(_ source: String) -> String {
            """
            [exporter.node]
            use = "prometheus"
            path = "p.prom"

            [[source]]
            \(source)

            [[sink]]
            use = "csv"
            path = "out.csv"
            """
        }
        let good = pipeline("use = \"generate\"\nrows = 10\ncolumns = [\"n: sequence\"]")
        // What no check sees: the export is looked for when the run begins.
        let bad = pipeline("use = \"trakt-export\"\npath = \"nowhere.zip\"\ndata = \"history\"")
        try folder.write(bad, to: "p.toml")
        #expect(try sprocket("run", "p.toml").code == 3)
        #expect(!(try folder.text(of: "p.prom").contains("sprocket_last_success_timestamp_seconds{")))
        #expect(try folder.text(of: "p.prom").contains(#"sprocket_run_state{pipeline="p",state="failed"} 1"#))
        try folder.write(good, to: "p.toml")
        #expect(try sprocket("run", "p.toml").code == 0)
        try folder.write(bad, to: "p.toml")
        #expect(try sprocket("run", "p.toml").code == 3)
        let line = try folder.text(of: "p.prom").split(separator: "\n")
            .first { $0.hasPrefix("sprocket_last_success_timestamp_seconds{") }
        let moment = try #require(line?.split(separator: " ").last.flatMap { Double($0) })
        #expect(abs(Date.now.timeIntervalSince1970 - moment) < 600)
    }

    @Test func `an exporter that cannot write is a warning, and the run publishes`() async throws {
        try folder.write(
            Self.everything.replacing("\"{name}.prom\"", with: "\"place/p.prom\"\nevery = \"100ms\"")
                .replacing("requests = 10000\nper = \"1s\"", with: "requests = 1\nper = \"150ms\"\nkeep = false"),
            to: "p.toml"
        )
        // What is in the way at the start is refused; here it comes when the run has begun.
        try folder.write("", to: "taken")
        #expect(mkdir(folder.path("figures"), 0o755) == 0)
        #expect(symlink("figures", folder.path("place")) == 0)
        #expect(symlink("taken", folder.path("next")) == 0)
        let running = try Program.Running(Program.path, ["run", "p.toml"], in: folder.path)
        try await onOwnThread { [folder] in
            while running.isRunning, access(folder.path("figures/p.prom"), F_OK) != 0 { usleep(5000) }
            #expect(rename(folder.path("next"), folder.path("place")) == 0)
        }
        let outcome = try await running.ended
        #expect(outcome.code == 0)
        #expect(
            outcome.errors.contains(
                """
                warning[exporter.failed]: node: the metrics could not be exported: place: this is a file, but a folder is needed here
                  hint: choose another path

                """
            )
        )
        #expect(folder.files.contains("out.csv"))
    }
}
