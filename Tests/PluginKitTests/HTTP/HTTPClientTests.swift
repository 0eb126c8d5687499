import Diagnostics
import PluginKit
import PluginTestKit
import Testing

@Suite struct HTTPClientTests {
    private let request: HTTPRequest

    init() throws { request = HTTPRequest(.get, try HTTPURL("http://localhost/a")) }

    /// Makes a call again that failed for a moment.
    private struct Again: Middleware {
        static let name = "again"
        static let summary = "Makes a call again."
        static let wraps: Set<CallKind> = [.exchange]

        init(_ options: NoOptions, in context: StageContext) {}
        init() {}

        func handle<Input: Sendable, Output: Sendable>(
            _ call: Call<Input, Output>,
            next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
        ) async throws -> Output {
            do { return try await next(call) } catch StageFailure.transient { return try await next(call) }
        }
    }

    @Test func `an answer that cannot be read is asked for again through the layers`() async throws {
        let transport = ScriptedTransport { _, number in
            HTTPResponse(status: number == 1 ? 503 : 200, body: [1, 2, 3])
        }
        let client = HTTPClient(transport, layers: MiddlewareStack([Again()]), stage: "films")
        let count = try await client.send(request) { response in
            guard response.status == 200 else { throw StageFailure.transient(Diagnostic("test.busy", "busy")) }
            return response.body.count
        }
        #expect(count == 3)
        #expect(client.counts.requests == 2)
        #expect(client.counts.repeats == 1)
        #expect(client.counts.answers == 2)
        #expect(client.counts.bytes == 6)
    }

    @Test(arguments: HTTPFailure.Kind.allCases)
    func `a failure of the network is passing or final, and says where`(kind: HTTPFailure.Kind) async {
        let client = HTTPClient(ScriptedTransport { _, _ in throw HTTPFailure(kind, "http://localhost") })
        await #expect {
            try await client.send(request)
        } throws: { error in
            let isTransient = if case StageFailure.transient = error { true } else { false }
            let diagnostic = (error as? StageFailure)?.diagnostic ?? error as? Diagnostic
            return isTransient == HTTPFailure(kind, "").isTransient
                && diagnostic?.message.hasPrefix("http://localhost: ") == true
        }
    }

    @Test func `without a network every request says so`() async {
        await #expect {
            try await HTTPClient().send(request)
        } throws: { ($0 as? Diagnostic)?.message == "http://localhost: this program has no way to the network" }
    }
}
