/// Counts what reaches the network: it wraps the transport directly, inside of every other wrapper.
struct MeteredTransport: HTTPTransport {
    private let transport: any HTTPTransport
    private let ledger: ExchangeLedger
    private let time: any TimeSource

    init(_ transport: any HTTPTransport, ledger: ExchangeLedger, time: any TimeSource) {
        self.transport = transport
        self.ledger = ledger
        self.time = time
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard let attempt = ExchangeLedger.attempt else { return try await transport.send(request) }
        ledger.begin(attempt)
        let start = time.now
        defer { ledger.end(attempt, after: time.now - start) }
        let response = try await transport.send(request)
        ledger.note(response)
        return response
    }

    func allowing(connectionsPerHost: Int) -> any HTTPTransport {
        MeteredTransport(transport.allowing(connectionsPerHost: connectionsPerHost), ledger: ledger, time: time)
    }
}
