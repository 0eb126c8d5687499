import Diagnostics
import Jobs
import Pipelines
import PluginKit
import PluginTestKit
import Testing

@testable import Monitor

@Suite struct MonitorTokenTests {
    private static let secret = "0123456789abcdef0123456789abcdef"

    @Test func `a token comes from a file, else from the environment, and never shows itself`() throws {
        let folder = try TemporaryFolder()
        try folder.write("\n \(Self.secret)\r\n", to: "token")
        let environment = [MonitorToken.variable: Self.secret]
        let path = folder.path("token")
        for token in [
            try MonitorToken.given(path, environment: [:]), try MonitorToken.given(nil, environment: environment),
        ] {
            let token = try #require(token)
            var dumped = ""
            dump(token, to: &dumped)
            #expect(!"\(token) \(dumped) \(String(reflecting: token))".contains(Self.secret))
        }
        #expect(try MonitorToken.given(nil, environment: [:]) == nil)
        // An empty variable was meant to be a token.
        #expect(throws: Diagnostic.self) { try MonitorToken.given(nil, environment: [MonitorToken.variable: ""]) }
    }

    @Test(arguments: [
        "", "short", "0123456789abcde", "0123456789 abcdef", "0123456789abcdéf", "\u{7F}0123456789abcdef",
    ])
    func `a token that could be guessed or cannot be sent is refused without being shown`(text: String) throws {
        let error = #expect(throws: Diagnostic.self) { try MonitorToken(text, from: "the file x") }
        #expect(error?.code.name == "monitor.token")
        #expect(text.isEmpty || error?.message.contains(text) == false)
    }

    @Test(arguments: ["0.0.0.0:0", "[::]:0", "192.168.1.1:6060", "build-7:6060"])
    func `an address that others reach needs a token`(text: String) throws {
        let folder = try TemporaryFolder()
        let world = World(plugins: Registry([]), stateFolder: folder.path("state"))
        let error = #expect(throws: Diagnostic.self) {
            try MonitorServer(of: JobRun(JobOrder(["x"]), in: world), in: world, at: MonitorAddress(text))
        }
        #expect(error?.code.name == "monitor.token")
    }
}
