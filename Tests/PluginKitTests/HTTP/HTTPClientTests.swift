import Diagnostics
import PluginKit
import PluginTestKit
import Testing

@Suite struct HTTPClientTests {
    private let request: HTTPRequest

    init() throws { request = HTTPRequest(.get, url: try HTTPURL("http://localhost/a")) }

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
        let client = HTTPClient(transport, layers: [Again()], stage: "films")
        let count = try await client.send(request) { response in
            guard response.status == 200 else { throw StageFailure.transient(Diagnostic("test.busy", message: "busy")) }
            return response.body.count
        }
        #expect(count == 3)
        #expect(client.counts.requests == 2)
        #expect(client.counts.repeats == 1)
        #expect(client.counts.answers == 2)
        #expect(client.counts.bytes == 6)
    }

    /// Notes what goes through.
    private final class Ear: HTTPTransport {
        private let transport: any HTTPTransport
        let heard = Locked(0)

        init(_ transport: any HTTPTransport) { self.transport = transport }

        func send(_ request: HTTPRequest) async throws -> HTTPResponse {
            heard.withLock { $0 += 1 }
            return try await transport.send(request)
        }
    }

    @Test func `what is put before the transport sees every attempt, inside of the layers`() async throws {
        let transport = ScriptedTransport { _, number in HTTPResponse(status: number == 1 ? 503 : 200) }
        let client = HTTPClient(transport, layers: [Again()], stage: "films")
        let ears = Locked<[Ear]>([])
        let heard = client.through { transport in
            let ear = Ear(transport)
            ears.withLock { $0.append(ear) }
            return ear
        }
        try await heard.send(request) { response in
            guard response.status == 200 else { throw StageFailure.transient(Diagnostic("test.busy", message: "busy")) }
        }
        #expect(ears.withLock { $0.map { $0.heard.withLock { $0 } } } == [2])
        #expect(client.counts.requests == 2)
    }

    /// Waits for a turn, and answers every second question by itself.
    private struct Turnstile: HTTPTransport {
        let transport: any HTTPTransport
        let time: ManualTime
        let asked = Locked(0)

        func send(_ request: HTTPRequest) async throws -> HTTPResponse {
            let number = asked.withLock { asked in
                asked += 1
                return asked
            }
            try await time.sleep(until: time.now + .seconds(60))
            return number.isMultiple(of: 2) ? HTTPResponse(status: 200) : try await transport.send(request)
        }
    }

    @Test func `only what reaches the network counts, without the wait before it`() async throws {
        let time = ManualTime()
        let transport = ScriptedTransport { _, _ in
            time.advance(by: .seconds(2))
            return HTTPResponse(status: 200, body: [1])
        }
        let client = HTTPClient(transport, stage: "films", time: time)
        let patient = client.through { Turnstile(transport: $0, time: time) }
        for _ in 0..<4 { _ = try await patient.send(request) }
        let counts = client.counts
        #expect(counts.requests == 2)
        #expect(counts.answers == 2)
        #expect(counts.bytes == 2)
        #expect(counts.busy == .seconds(4))
        #expect(counts.results == [.success: 2])
        #expect(counts.inFlight == 0)
        #expect(counts.waited == .seconds(4 * 60 + 4))
    }

    @Test(arguments: HTTPFailure.Kind.allCases)
    func `a failure of the network is passing or final, and says where`(kind: HTTPFailure.Kind) async {
        let client = HTTPClient(ScriptedTransport { _, _ in throw HTTPFailure(kind, origin: "http://localhost") })
        await #expect {
            try await client.send(request)
        } throws: { error in
            let isTransient = if case StageFailure.transient = error { true } else { false }
            let diagnostic = (error as? StageFailure)?.diagnostic ?? error as? Diagnostic
            return isTransient == HTTPFailure(kind, origin: "").isTransient
                && diagnostic?.message.hasPrefix("http://localhost: ") == true
        }
    }

    @Test func `without a network every request reports that`() async {
        await #expect {
            try await HTTPClient().send(request)
        } throws: { ($0 as? Diagnostic)?.message == "http://localhost: this program has no network access" }
    }
}
