internal import Diagnostics

/// Talks to web servers for one stage, each exchange through the stage's layers.
///
///     let rows = try await context.http.send(request) { response in
///         guard response.status == 200 else { throw … }
///         return try decode(response.body)
///     }
///
/// What `reading` throws counts as a failure of the exchange: thrown as `StageFailure.transient` it is repeated by a
/// `retry` layer, with the request. So an answer that cannot be used is asked for again, and a cache keeps none.
public struct HTTPClient: Sendable {
    private let transport: any HTTPTransport
    private let layers: MiddlewareStack
    private let stage: String
    private let ledger: ExchangeLedger

    /// A client.
    ///
    /// - Parameters:
    ///   - transport: What carries requests.
    ///   - layers: The layers of the stage; those for exchanges are used.
    ///   - stage: What the pipeline calls the stage.
    public init(
        _ transport: any HTTPTransport = NoTransport(),
        layers: MiddlewareStack = MiddlewareStack(),
        stage: String = ""
    ) {
        self.transport = transport
        self.layers = layers.wrapping(.exchange)
        self.stage = stage
        ledger = ExchangeLedger()
    }

    /// What the client has done so far.
    public var counts: ExchangeCounts { ledger.counts }

    /// Sends a request and reads the answer.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - reading: Makes of the answer what the caller wants; it is called for each attempt.
    /// - Returns: What `reading` has made.
    /// - Throws: `StageFailure.transient` for a failure of the network that may pass, a `Diagnostic` for another, what
    ///   `reading` throws, and `CancellationError`.
    public func send<Answer: Sendable>(
        _ request: HTTPRequest,
        reading: @escaping @Sendable (HTTPResponse) throws -> Answer
    ) async throws -> Answer {
        let attempts = ExchangeLedger.Attempts()
        let call = Call<HTTPRequest, HTTPAnswer<Answer>>(.exchange, stage: stage, input: request)
        return try await layers.run(call) { [transport, ledger] request in
            ledger.begin(attempts)
            do {
                let response = try await transport.send(request)
                ledger.end(response)
                return HTTPAnswer(response: response, value: try reading(response))
            } catch let failure as HTTPFailure {
                guard failure.isTransient else { throw failure.diagnostic }
                throw StageFailure.transient(failure.diagnostic)
            }
        }.value
    }

    /// Sends a request.
    ///
    /// - Returns: The answer, whatever its status.
    /// - Throws: as `send(_:reading:)`.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse { try await send(request) { $0 } }
}

/// An answer, and what was made of it.
public struct HTTPAnswer<Value: Sendable>: Sendable {
    /// The answer.
    public let response: HTTPResponse
    /// What was made of it.
    public let value: Value

    /// An answer, and what was made of it.
    public init(response: HTTPResponse, value: Value) {
        self.response = response
        self.value = value
    }
}
