import Diagnostics
import HTTP
import Jobs
import Pipelines
import PluginKit
import PluginTestKit
import Sockets
import StandardFiles
import StandardTransforms

@testable import Monitor

/// A job that waits at its third page, and its monitor.
struct Watched: Sendable {
    let folder: TemporaryFolder
    let job: JobRun
    let monitor: MonitorServer
    let gate: Gate
    /// The outcome of the job.
    let outcome: Task<JobOutcome, Never>

    init(token: String? = nil, hosts: [String] = []) async throws {
        folder = try TemporaryFolder(.inMemory)
        let path = folder.path("gate")
        try folder.write(
            """
            [run]
            workers = 1
            checkpoint_every = "never"
            [[source]]
            use = "held"
            gate = "\(path)"
            [[transform]]
            use = "sort"
            by = ["n"]
            [[sink]]
            use = "csv"
            path = "\(folder.path("n.csv"))"
            """,
            to: "pipelines/numbers.toml"
        )
        let world = World(
            plugins: Registry([Held.self] + FilePlugins.all + TransformPlugins.all),
            stateFolder: folder.path("state"),
            pipelines: PipelineFolder(folder.path("pipelines"))
        )
        gate = Gate.named(path)
        job = JobRun(JobOrder(["numbers"]), in: world)
        monitor = try MonitorServer(
            of: job,
            in: world,
            at: MonitorAddress("127.0.0.1:0"),
            hosts: hosts,
            token: token.map { text throws(Diagnostic) in try MonitorToken(text, from: "the test") }
        )
        outcome = Task { [job] in await job.run() }
        await gate.wait()
    }

    /// Lets the job end, and stops the monitor.
    func end() async -> JobOutcome {
        gate.open()
        let outcome = await outcome.value
        await monitor.stop()
        return outcome
    }

    /// A request, and its answer until the connection ends.
    func get(_ target: String, fields: [String] = [], method: String = "GET") async throws -> Answer {
        let port = Int(monitor.origin.split(separator: ":").last ?? "") ?? 0
        let lines = ["\(method) \(target) HTTP/1.1", "Host: localhost:\(port)", "Connection: close"] + fields
        let bytes = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        return try await Answer(
            onOwnThread {
                let connection = try Connection(to: .port(port, of: "127.0.0.1"), until: Deadline(in: .seconds(20)))
                try connection.write(bytes, until: Deadline(in: .seconds(20)))
                var answer: [UInt8] = []
                while try connection.read(into: &answer, atMost: 1 << 16, until: Deadline(in: .seconds(20))) > 0 {}
                return answer
            }
        )
    }

    struct Answer: Sendable {
        let status: Int
        let head: String
        let body: [UInt8]
        var text: String { String(decoding: body, as: UTF8.self) }

        init(_ bytes: [UInt8]) {
            let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) ?? bytes.endIndex..<bytes.endIndex
            head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
            let body = Array(bytes[end.upperBound...])
            self.body = head.contains("Transfer-Encoding: chunked") ? Self.joined(body) : body
            status = Int(head.dropFirst(9).prefix(3)) ?? 0
        }

        /// The pieces of a body that was sent in chunks.
        private static func joined(_ chunks: [UInt8]) -> [UInt8] {
            var (body, rest) = ([UInt8](), chunks[...])
            while let line = rest.firstRange(of: [13, 10]),
                let size = Int(String(decoding: rest[..<line.lowerBound], as: UTF8.self), radix: 16), size > 0,
                size <= rest.endIndex - line.upperBound
            {
                body += rest[line.upperBound..<(line.upperBound + size)]
                rest = rest[(line.upperBound + size)...].dropFirst(2)
            }
            return body
        }

        func field(_ name: String) -> String? {
            head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ": ") }
                .map { String($0.dropFirst(name.count + 2)) }
        }
    }
}
