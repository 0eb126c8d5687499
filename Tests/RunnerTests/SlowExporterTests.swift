import Formats
import Foundation
import PluginTestKit
import TestTags
import Testing

/// Exporters whose file does not let go of whoever opens it, as on a mount that is away.
@Suite(.tags(.process, .waits), .serialized) struct SlowExporterTests {
    private let folder: TemporaryFolder
    private let sprocket: Program

    init() throws {
        folder = try TemporaryFolder()
        sprocket = Program(folder: folder.path)
    }

    private func pipeline(pages: Int, run: String = "", limit: String = "500ms") -> String {
        let holes = (1...3).map { number in
            """
            [exporter.hole-\(number)]
            use = "json-file"
            path = "away/\(number).jsonl"
            append = true
            every = "200ms"
            time_limit = "\(limit)"

            """
        }
        return """
            [run]
            batch_size = 10
            \(run)

            [middleware.pace]
            use = "rate-limit"
            requests = 1
            per = "100ms"
            keep = false

            \(holes.joined(separator: "\n"))
            [exporter.figures]
            use = "json-file"
            path = "figures.json"
            every = "100ms"

            [[source]]
            use = "generate"
            rows = \(pages * 10)
            columns = ["n: sequence"]

            [[sink]]
            use = "csv"
            path = "out.csv"
            """
    }

    /// Starts the run of `p.toml`; once all its exporters have handed figures on, the folder of three of them hangs.
    private func start(_ more: String..., ignoring signal: String? = nil) throws -> Program.Running {
        try HangingMount.start(
            Program.path,
            ["run", "p.toml"] + more,
            in: folder,
            hanging: "away",
            once: ["figures.json", "away/1.jsonl", "away/2.jsonl", "away/3.jsonl"],
            ignoring: signal
        )
    }

    /// Waits until the folder hangs, and sends the run signals then.
    ///
    /// On a thread of its own: where other tests hold all threads of tasks, a task goes on after the run has ended.
    private func hangs(_ running: Program.Running, signals: [Int32] = []) async throws {
        let isRunning = try await onOwnThread { [folder] in
            while running.isRunning, access(folder.path("mounted"), F_OK) != 0 { usleep(5000) }
            for signal in signals { running.signal(signal) }
            return access(folder.path("mounted"), F_OK) == 0
        }
        try #require(isRunning, "it has ended before its exporters could hang")
    }

    private func state(_ name: String) throws -> Int64? {
        let figures = try JSONValue(parsing: folder.bytes(of: "figures.json"), name: "figures")
        guard figures["final"]?.bool == true else { return nil }
        let family = figures["families"]?.array?.first { $0["name"]?.string == "sprocket_run_state" }
        return family?["samples"]?.array?.first { $0["labels"]?["state"]?.string == name }?["value"]?.integer
    }

    @Test(HangingMount.isNeeded) func `a file that blocks holds nothing up, and is reported once`() async throws {
        try folder.write(pipeline(pages: 50), to: "p.toml")
        let running = try start()
        try await hangs(running)
        let outcome = try await running.ended
        #expect(outcome.code == 0)
        for number in 1...3 {
            let warnings = outcome.errors.split(separator: "\n").filter {
                $0.hasPrefix("warning[exporter.failed]: hole-\(number): ")
            }
            #expect(warnings.count == 1, "\(outcome.errors)")
        }
        #expect(try state("published") == 1)
    }

    @Test(HangingMount.isNeeded, arguments: [SIGTERM, SIGINT, SIGHUP])
    func `a run that is stopped ends soon whatever exporters do, and says how in the history`(signal: Int32)
        async throws
    {
        try folder.write(pipeline(pages: 3000, limit: "60s"), to: "p.toml")
        let running = try start("--report", "report.json")
        // The shell says again what the system has said.
        try await hangs(running, signals: signal == SIGHUP ? [signal, signal] : [signal])
        let outcome = try await running.ended
        #expect(outcome.code == 128 + signal, "\(outcome.errors)")
        #expect(try sprocket("history").output.contains("stopped"))
        let report = try JSONValue(parsing: folder.bytes(of: "report.json"), name: "report")
        #expect(report["outcome"]?.string == "stopped")
        // The exporter that is well has had its last figures.
        #expect(try state("stopped") == 1)
    }

    @Test(HangingMount.isNeeded) func `a program that ignores that its terminal is gone continues`() async throws {
        try folder.write(pipeline(pages: 50), to: "p.toml")
        let running = try start(ignoring: "HUP")
        try await hangs(running, signals: [SIGHUP])
        #expect(try await running.ended.code == 0)
    }

    @Test(HangingMount.isNeeded) func `a run whose time is up hands its last metrics on`() async throws {
        try folder.write(pipeline(pages: 3000, run: "time_limit = \"5s\""), to: "p.toml")
        let running = try start()
        try await hangs(running)
        let outcome = try await running.ended
        #expect(outcome.code == 1)
        #expect(try state("failed") == 1)
    }

    /// A collector that takes connections, and closes them at once or says nothing.
    private final class Port: Sendable {
        let number: Int
        private let descriptor: Int32

        init(closes: Bool) throws {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            self.descriptor = descriptor
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isBound = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    bind(descriptor, pointer, length) == 0 && listen(descriptor, 16) == 0
                        && getsockname(descriptor, pointer, &length) == 0
                }
            }
            try #require(isBound)
            number = Int(address.sin_port.byteSwapped)
            guard closes else { return }
            Thread.detachNewThread {
                while case let connection = accept(descriptor, nil, nil), connection >= 0 { close(connection) }
            }
        }

        deinit {
            shutdown(descriptor, Int32(SHUT_RDWR))
            close(descriptor)
        }
    }

    @Test(arguments: [true, false])
    func `a collector that hangs or hangs up is a warning`(closes: Bool) async throws {
        let port = try Port(closes: closes)
        let exporter = """
            [exporter.collector]
            use = "otlp"
            url = "http://127.0.0.1:\(port.number)/v1/metrics"
            time_limit = "2s"

            """
        try folder.write(exporter + pipeline(pages: 3).replacing(#/\[exporter.hole[^\[]*/#, with: ""), to: "p.toml")
        let words = ["-s", "KILL", "300", Program.path, "run", "p.toml"]
        let outcome = try await Program.Running("/usr/bin/timeout", words, in: folder.path).ended
        #expect(outcome.code == 0)
        #expect(outcome.errors.contains("warning[exporter.failed]: collector: the metrics could not be exported: "))
        #expect(outcome.errors.contains("it took longer than 2s") == !closes, "\(outcome.errors)")
    }

    @Test func `files can be read by whoever collects them`() async throws {
        let pipeline = """
            [exporter.node]
            use = "prometheus"
            path = "p.prom"

            [[source]]
            use = "generate"
            rows = 10
            columns = ["n: sequence"]

            [[sink]]
            use = "csv"
            path = "out.csv"
            """
        try folder.write(pipeline, to: "p.toml")
        let words = ["-c", "umask 077; exec \"$0\" run p.toml", Program.path]
        #expect(try await Program.Running("/bin/sh", words, in: folder.path).ended.code == 0)
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path("p.prom"))
        #expect(attributes[.posixPermissions] as? Int == 0o644)
    }
}
