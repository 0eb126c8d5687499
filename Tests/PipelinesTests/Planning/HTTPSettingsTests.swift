import Pipelines
import Runs
import PluginKit
import PluginTestKit
import Testing
import TestPipelines

@Suite struct HTTPSettingsTests {
    /// A way to the network that remembers how many connections it may have.
    private struct Network: HTTPTransport {
        let script: ScriptedTransport
        let allowed: Locked<[Int]>

        init() {
            script = ScriptedTransport { _, _ in HTTPResponse(status: 200) }
            allowed = Locked([])
        }

        func send(_ request: HTTPRequest) async throws -> HTTPResponse { try await script.send(request) }

        func allowing(connectionsPerHost: Int) -> any HTTPTransport {
            allowed.withLock { $0.append(connectionsPerHost) }
            return self
        }
    }

    /// The limits of the two requests that the source makes, with this section.
    private func run(_ section: String) async throws -> (limits: [HTTPLimits], connections: [Int]) {
        let folder = try TemporaryFolder()
        let network = Network()
        let text = """
            \(section)
            [[source]]
            use = "ask"
            [[sink]]
            use = "lines"
            path = "\(folder.path("x.txt"))"
            """
        let services = Services(registry: Registry([Ask.self, Lines.self]), transport: network)
        let plan = try await Plan(PipelineFile(Array(text.utf8), path: "p.toml"), services: services)
        guard case .published = await Run(plan).execute().outcome else {
            Issue.record("the run has failed")
            return ([], [])
        }
        return (network.script.requests.map(\.limits), network.allowed.withLock { $0 })
    }

    @Test(arguments: ["", "[http]"])
    func `without settings, requests have the limits that they were made with`(section: String) async throws {
        let (limits, connections) = try await run(section)
        #expect(limits == [HTTPLimits(), HTTPLimits(firstByte: .seconds(1), bodyBytes: 100)])
        #expect(connections.isEmpty)
    }

    @Test func `settings are for all requests, but a limit that a stage has set stays`() async throws {
        let (limits, connections) = try await run(
            """
            [http]
            connections = 3
            connect_timeout = "2s"
            first_byte_timeout = "5m"
            idle_timeout = "6m"
            timeout = "10m"
            max_body = "1 GiB"
            """
        )
        var expected = HTTPLimits(
            connect: .seconds(2),
            firstByte: .seconds(300),
            idle: .seconds(360),
            whole: .seconds(600),
            bodyBytes: 1 << 30
        )
        #expect(limits.first == expected)
        expected.firstByte = .seconds(1)
        expected.bodyBytes = 100
        #expect(limits.last == expected)
        #expect(connections == [3])
    }

    @Test func `settings that make no sense are found before anything is asked`() async throws {
        let findings = try await Workshop().findings(
            """
            [http]
            connections = 0
            timeouts = "10s"
            timeout = "0s"

            [[source]]
            use = "numbers"

            [[sink]]
            use = "lines"
            path = "@/x.txt"
            """
        )
        #expect(
            findings == """
                p.toml:2:15: error[option.range]: 0 is out of range
                    2 | connections = 0
                      |               ^ allowed: 1...1000
                p.toml:3:1: error[option.unknown]: there is no option 'timeouts' in [http]
                    3 | timeouts = "10s"
                      | ^^^^^^^^ did you mean 'timeout'?
                p.toml:4:11: error[option.range]: "0s" is out of range
                    4 | timeout = "0s"
                      |           ^^^^ allowed: "1ms"..."1d"
                """
        )
    }
}
