import Formats
import HTTP
import Jobs
import Metrics
import PluginKit
import PluginTestKit
import Testing

@testable import Monitor

@Suite(.timeLimit(.minutes(1))) struct MonitorServerTests {
    private func json(_ answer: Watched.Answer) throws -> JSONValue {
        #expect(answer.status == 200)
        #expect(answer.field("Content-Type") == "application/json")
        return try JSONValue(parsing: answer.body, name: "answer")
    }

    @Test func `a run that works has metrics, and a job that is over has none left to serve`() async throws {
        let watched = try await Watched()
        let answer = try await watched.get("/metrics")
        #expect(answer.status == 200 && answer.field("Content-Type") == PrometheusText.contentType)
        #expect(answer.text.contains(#"sprocket_run_state{pipeline="numbers",state="running"} 1"#))
        #expect(answer.text.contains(#"sprocket_pages_in_flight{pipeline="numbers",stage="held"} 1"#))
        #expect(await watched.end().ending == .complete)
        await #expect(throws: (any Error).self) { try await watched.get("/metrics") }
    }

    @Test func `the run is shown with the page that is being read and what it waits for`() async throws {
        let watched = try await Watched()
        let runs = try json(try await watched.get("/api/runs"))
        #expect(runs["job"]?["ended"] == .bool(false) && runs["job"]?["step"] == .string("numbers"))
        guard case .string(let id) = runs["job"]?["run"] else {
            Issue.record("there is no run")
            return
        }
        let run = try json(try await watched.get("/api/runs/\(id)"))
        #expect(run["pipeline"] == .string("numbers") && run["state"] == .string("running"))
        #expect(run["phase"]?["phase"] == .string("reading") && run["phase"]?["stage"] == .string("held"))
        guard case .array(let pages) = run["pages"]?["inFlight"], case .array(let sinks) = run["sinks"],
            case .array(let waits) = run["waits"], case .array(let stages) = run["stages"],
            case .array(let memory) = run["memory"]
        else {
            Issue.record("members are missing: \(run)")
            return
        }
        #expect(pages.count == 1 && pages[0]["page"] == .integer(2) && pages[0]["state"] == .string("reading"))
        #expect(sinks.count == 1 && sinks[0]["stage"] == .string("csv") && sinks[0]["writing"] == .bool(false))
        #expect(waits.map { $0["reason"] } == [.string("the gate is closed")])
        #expect(stages.map { $0["kind"] } == [.string("source"), .string("transform"), .string("sink")])
        #expect(memory.contains { $0["kind"] == .string("memory") && $0["owner"] == .string("sort") })
        #expect(await watched.end().ending == .complete)
    }

    @Test func `a past run has its report, and no run has none`() async throws {
        let watched = try await Watched()
        #expect(try await watched.get("/api/runs/none").status == 404)
        watched.gate.open()
        let id = await watched.outcome.value.reports.first?.run.id ?? ""
        let report = try json(try await watched.get("/api/runs/\(id)"))
        #expect(report["outcome"] == .string("published"))
        let runs = try json(try await watched.get("/api/runs?limit=5&pipeline=numbers"))
        guard case .array(let entries) = runs["runs"] else {
            Issue.record("there are no runs")
            return
        }
        #expect(entries.map { $0["status"] } == [.string("complete")] && entries[0]["live"] == .bool(false))
        // Metrics stay until the program ends.
        #expect(try await watched.get("/metrics").text.contains(#"pipeline="numbers",state="published"} 1"#))
        await watched.monitor.stop()
    }

    @Test func `probes are answered by the state of the job`() async throws {
        let watched = try await Watched()
        for path in ["/livez", "/readyz", "/healthz"] {
            let answer = try await watched.get(path)
            #expect(answer.status == 200 && answer.text == "ok\n", "\(path)")
        }
        watched.gate.open()
        _ = await watched.outcome.value
        #expect(try await watched.get("/livez").status == 200)
        #expect(try await watched.get("/readyz").status == 503)
        #expect(try await watched.get("/healthz").status == 200)
        await watched.monitor.stop()
    }

    @Test func `events show the job until it ends, and then the stream ends`() async throws {
        let watched = try await Watched()
        async let answer = watched.get("/api/events")
        watched.gate.open()
        _ = await watched.outcome.value
        let (status, text) = try await (answer.status, answer.text)
        #expect(status == 200 && text.hasPrefix("retry: 2000\n\nid: 0\nevent: "))
        let last = text.split(separator: "\n").suffix(2)
        #expect(last.first == "event: end")
        let data = Array((last.last ?? "").dropFirst("data: ".count).utf8)
        #expect(try JSONValue(parsing: data, name: "event")["job"]?["ended"] == .bool(true))
        await watched.monitor.stop()
    }

    @Test(arguments: [
        ("/debug/pprof/goroutine?debug=1", "waiting for a page of 'held'"),
        ("/debug/pprof/goroutine?debug=2", "page of source 'held'"),
        ("/debug/pprof/heap?debug=1", "memory of 'sort'"), ("/debug/pprof/", "<a href=\"heap?debug=1\">heap</a>"),
        ("/debug/pprof/threads?debug=1", "threads"), ("/", "<a href=\"debug/pprof/\">"),
    ])
    func `pages for people say what happens`(path: String, words: String) async throws {
        let watched = try await Watched()
        let answer = try await watched.get(path)
        #expect(answer.status == 200 && answer.text.contains(words), "\(answer.text)")
        #expect(await watched.end().ending == .complete)
    }

    @Test(arguments: ["heap", "goroutine", "threads"])
    func `profiles are compressed messages to save`(name: String) async throws {
        let watched = try await Watched()
        let answer = try await watched.get("/debug/pprof/\(name)")
        #expect(answer.status == 200 && answer.body.prefix(2) == [0x1F, 0x8B])
        #expect(answer.field("Content-Disposition")?.hasPrefix("attachment; filename=\"") == true)
        #expect(await watched.end().ending == .complete)
    }

    @Test func `the use of the processor is recorded, by one client at a time`() async throws {
        let watched = try await Watched()
        var answer = try await watched.get("/debug/pprof/profile?seconds=1")
        // Another test of this process may be recording.
        while answer.status == 500 {
            #expect(answer.field("X-Go-Pprof") == "1" && answer.text.hasPrefix("Could not enable CPU profiling: "))
            answer = try await watched.get("/debug/pprof/profile?seconds=1")
        }
        #expect(answer.status == 200 && answer.body.prefix(2) == [0x1F, 0x8B])
        #expect(answer.field("Content-Disposition") == "attachment; filename=\"profile\"")
        #expect(await watched.end().ending == .complete)
    }

    @Test(arguments: [
        ("/nothing", 404, nil), ("/debug/pprof/cmdline", 404, "1"), ("/debug/pprof/heap?seconds=5", 400, "1"),
        ("/debug/pprof/profile?seconds=601", 400, "1"), ("/api/runs?limit=0", 400, nil), ("/api/none", 404, nil),
    ])
    func `what is not there is refused`(path: String, status: Int, mark: String?) async throws {
        let watched = try await Watched()
        let answer = try await watched.get(path)
        #expect(answer.status == status && answer.field("X-Go-Pprof") == mark)
        #expect(try await watched.get(path, method: "POST").status == 405)
        #expect(await watched.end().ending == .complete)
    }

    @Test func `with a token only those that know it read anything but probes`() async throws {
        let token = "0123456789abcdef"
        let watched = try await Watched(token: token)
        for path in ["/metrics", "/", "/api/runs", "/debug/pprof/heap", "/nothing"] {
            let answer = try await watched.get(path)
            #expect(answer.status == 401 && answer.field("WWW-Authenticate") != nil, "\(path)")
            #expect(!answer.text.contains(token))
        }
        #expect(try await watched.get("/livez").status == 200)
        #expect(try await watched.get("/metrics", fields: ["Authorization: Bearer \(token)"]).status == 200)
        #expect(try await watched.get("/metrics", fields: ["Authorization: Bearer \(token)0"]).status == 401)
        #expect(await watched.end().ending == .complete)
    }

    @Test func `a job ends although clients listen, and a profile has what was recorded until then`() async throws {
        let watched = try await Watched()
        async let events = watched.get("/api/events")
        async let profile = watched.get("/debug/pprof/profile?seconds=600")
        #expect(try await watched.get("/livez").status == 200)
        #expect(await watched.end().ending == .complete)
        #expect(try await events.text.contains("event: end"))
        let status = try await profile.status
        // 500 if another test of this process is recording.
        #expect(status == 200 || status == 500)
    }
}
