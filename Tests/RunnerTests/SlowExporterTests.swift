import Formats
import Foundation
import PluginTestKit
import Testing

/// Exporters whose file does not let go of whoever opens it: a pipe that nobody reads, as a mount does that is away.
@Suite(.serialized) struct SlowExporterTests {
    private let folder: TemporaryFolder
    private let sprocket: Program

    init() throws {
        folder = try TemporaryFolder()
        sprocket = Program(folder: folder.path)
        for name in ["pipe-1", "pipe-2", "pipe-3"] { #expect(mkfifo(folder.path(name), 0o600) == 0) }
    }

    private func pipeline(pages: Int, run: String = "", limit: String = "500ms") -> String {
        let holes = (1...3).map { number in
            """
            [exporter.hole-\(number)]
            use = "json-file"
            path = "pipe-\(number)"
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

    /// Waits until the run has handed figures on.
    private func figures() async throws {
        try await onOwnThread { [folder] in
            let deadline = ContinuousClock.now + .seconds(60)
            while !folder.files.contains("figures.json"), ContinuousClock.now < deadline { usleep(5000) }
        }
    }

    private func state(_ name: String) throws -> Int64? {
        let figures = try JSONValue(parsing: folder.bytes(of: "figures.json"), name: "figures")
        guard figures["final"]?.bool == true else { return nil }
        let family = figures["families"]?.array?.first { $0["name"]?.string == "sprocket_run_state" }
        return family?["samples"]?.array?.first { $0["labels"]?["state"]?.string == name }?["value"]?.integer
    }

    @Test func `a file that blocks holds nothing up, and is said once`() async throws {
        try folder.write(pipeline(pages: 20), to: "p.toml")
        // One that hangs would hang the tests.
        let words = ["-s", "KILL", "300", Program.path, "run", "p.toml"]
        let outcome = try await Program.Running("/usr/bin/timeout", words, in: folder.path).ended
        #expect(outcome.code == 0)
        for number in 1...3 {
            let warnings = outcome.errors.split(separator: "\n").filter {
                $0.hasPrefix("warning[exporter.failed]: hole-\(number): ")
            }
            #expect(warnings.count == 1, "\(outcome.errors)")
        }
        #expect(try state("published") == 1)
    }

    @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
    func `a run that is stopped ends soon whatever exporters do, and says how in the history`(signal: Int32)
        async throws
    {
        try folder.write(pipeline(pages: 3000, limit: "60s"), to: "p.toml")
        let running = try Program.Running(Program.path, ["run", "p.toml", "--report", "report.json"], in: folder.path)
        try await figures()
        running.signal(signal)
        // The shell says again what the system has said.
        if signal == SIGHUP { running.signal(signal) }
        let outcome = try await running.ended
        #expect(outcome.code == 128 + signal, "\(outcome.errors)")
        #expect(try sprocket("history").output.contains("stopped"))
        let report = try JSONValue(parsing: folder.bytes(of: "report.json"), name: "report")
        #expect(report["outcome"]?.string == "stopped")
        // The exporter that is well has had its last figures.
        #expect(try state("stopped") == 1)
    }

    @Test func `a program that ignores that its terminal is gone goes on`() async throws {
        try folder.write(pipeline(pages: 15), to: "p.toml")
        let words = ["-c", "trap '' HUP; exec \"$0\" run p.toml", Program.path]
        let running = try Program.Running("/bin/sh", words, in: folder.path)
        try await figures()
        running.signal(SIGHUP)
        #expect(try await running.ended.code == 0)
    }

    @Test func `a run whose time is up hands its last figures on`() async throws {
        try folder.write(pipeline(pages: 3000, run: "time_limit = \"1s\""), to: "p.toml")
        let outcome = try await Program.Running(Program.path, ["run", "p.toml"], in: folder.path).ended
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
        #expect(outcome.errors.contains("warning[exporter.failed]: collector: the figures could not be handed on: "))
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
