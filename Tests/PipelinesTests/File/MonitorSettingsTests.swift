import Diagnostics
import PluginKit
import PluginTestKit
import TestPipelines
import Testing

@testable import Pipelines

@Suite struct MonitorSettingsTests {
    @Test(arguments: [
        ("127.0.0.1:6060", "127.0.0.1:6060", true), ("localhost", "localhost:6060", true),
        ("LocalHost:1", "localhost:1", true), ("[::1]:80", "[::1]:80", true), ("127.1.2.3:0", "127.1.2.3:0", true),
        ("0.0.0.0:6060", "0.0.0.0:6060", false), ("[::]", "[::]:6060", false),
        ("127.0.0.1.nip.io", "127.0.0.1.nip.io:6060", false),
        ("build-7:65535", "build-7:65535", false), ("127.0.0.999:1", "127.0.0.999:1", false),
    ])
    func `an address is a host and a port, and loopback is known`(text: String, written: String, isLoopback: Bool)
        throws
    {
        let address = try MonitorAddress(text)
        #expect("\(address)" == written)
        #expect(address.isLoopback == isLoopback)
    }

    @Test(arguments: [
        "", ":6060", ":0", "localhost:", "localhost:65536", "localhost:x", "a b", "::1", "[::1", "a:1:0", "a\n",
    ])
    func `what is no address is refused`(text: String) {
        let error = #expect(throws: Diagnostic.self) { try MonitorAddress(text) }
        #expect(error?.code.name == "monitor.address")
        #expect(error?.category == .usage)
    }

    private func findings(_ section: String) async -> [String] {
        let text = """
            \(section)
            [[source]]
            use = "ask"
            [[sink]]
            use = "lines"
            path = "x.txt"
            """
        do {
            let file = try PipelineFile(Array(text.utf8), path: "p.toml")
            _ = try await Plan(file, services: Services(registry: Registry([Ask.self, Lines.self])))
            return []
        } catch {
            guard case .text(let range) = error.all.first?.place else { return error.all.map(\.code.name) }
            return error.all.map(\.code.name) + ["\(range.start)"]
        }
    }

    @Test func `the section is checked with the plan, each mistake at its place`() async {
        #expect(await findings("[monitor]\nlisten = \"127.0.0.1:6060\"\nhosts = [\"a.example\"]") == [])
        #expect(await findings("[monitor]\nlisten = \":6060\"") == ["monitor.address", "2:10"])
        #expect(await findings("[monitor]\nlisten = 6060") == ["option.type", "2:10"])
        #expect(await findings("[monitor]\nlisten = \"a\"\nport = 1") == ["option.unknown", "3:1"])
        #expect(await findings("[monitor]").first == "option.missing")
        #expect(await findings("monitor = \"x\"").first == "pipeline.form")
    }
}
