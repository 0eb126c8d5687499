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
    /// Those for exchanges, outermost first.
    private let layers: [any Middleware]
    private let usesMemos: Bool
    private let stage: String
    private let time: any TimeSource
    private let ledger: ExchangeLedger

    /// A client.
    ///
    /// - Parameters:
    ///   - transport: What carries requests.
    ///   - layers: The layers of the stage, outermost first; those for exchanges are used.
    ///   - stage: What the pipeline calls the stage.
    ///   - time: The clock, to measure with.
    public init(
        _ transport: any HTTPTransport = NoTransport(),
        layers: [any Middleware] = [],
        stage: String = "",
        time: any TimeSource = SystemTime()
    ) {
        ledger = ExchangeLedger()
        self.transport = MeteredTransport(transport, ledger: ledger, time: time)
        self.layers = layers.filter { $0.calls.contains(.exchange) }
        usesMemos = self.layers.contains { type(of: $0).usesMemos }
        self.stage = stage
        self.time = time
    }

    private init(_ transport: any HTTPTransport, like other: HTTPClient) {
        self.transport = transport
        layers = other.layers
        usesMemos = other.usesMemos
        stage = other.stage
        time = other.time
        ledger = other.ledger
    }

    /// The same client with something put before its transport.
    ///
    /// Every attempt at an exchange goes through it, inside of all layers: it may wait for a turn, change what is sent, or
    /// answer by itself. What reaches the network counts as this client's, and only that: neither the wait nor an answer
    /// for which nothing was sent.
    public func through(_ wrap: (any HTTPTransport) -> any HTTPTransport) -> HTTPClient {
        HTTPClient(wrap(transport), like: self)
    }

    /// Notes, in a transport that `through` has put in, that it held a request back to keep to the service's limit.
    ///
    /// - Parameters:
    ///   - length: For how long.
    ///   - limit: What the limit is called, such as `Trakt's request limit`.
    package static func noteHeldBack(_ length: Duration, by limit: String) {
        guard length > .zero else { return }
        ExchangeLedger.holdBack(length, by: limit)
    }

    /// What the client has done so far.
    package var counts: ExchangeCounts { ledger.counts }

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
        let exchange = ExchangeLedger.Exchange()
        let asksAnyway = request.isConditional
        let call = Call<HTTPRequest, HTTPAnswer<Answer>>(
            .exchange,
            stage: stage,
            input: request,
            memo: usesMemos ? request.memo(reading: reading) : nil,
            revalidation: Revalidation { request, kept in
                request.asking(about: kept.response)
            } renewing: { kept, answer in
                kept.response.renewed(by: answer.response).map { response in
                    // Its header fields may say something new. What could be read before is given as it was read then.
                    HTTPAnswer(response: response, value: (try? reading(response)) ?? kept.value)
                }
            }
        )
        let arrival = time.now
        defer { ledger.wait(time.now - arrival) }
        let answer = try await layers.run(call) { [transport, ledger, time] request in
            let attempt = ExchangeLedger.Attempt(exchange)
            do {
                let response = try await ExchangeLedger.$attempt.withValue(attempt) {
                    try await Self.response(to: request, from: transport)
                }
                // A layer has asked about an answer that it has kept: there is nothing to read.
                let isRenewal = response.status == 304 && request.isConditional && !asksAnyway
                let arrived = time.now
                // Reading is the stage's own work, and no waiting.
                defer { ledger.wait(arrived - time.now) }
                let answer = HTTPAnswer(response: response, value: isRenewal ? nil : try reading(response))
                ledger.conclude(attempt, with: .success)
                return answer
            } catch {
                ledger.conclude(attempt, with: CallResult(error))
                throw error
            }
        }
        guard let value = answer.value else { throw HTTPFailure(.malformed, origin: request.url.origin).diagnostic }
        return value
    }

    private static func response(
        to request: HTTPRequest,
        from transport: any HTTPTransport
    ) async throws -> HTTPResponse {
        do {
            return try await transport.send(request)
        } catch let failure as HTTPFailure {
            guard failure.isTransient else { throw failure.diagnostic }
            throw StageFailure.transient(failure.diagnostic)
        }
    }

    /// Sends a request.
    ///
    /// - Returns: The answer, whatever its status.
    /// - Throws: as `send(_:reading:)`.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse { try await send(request) { $0 } }
}

/// An answer, and what was made of it.
public struct HTTPAnswer<Value: Sendable>: Sendable {
    /// The response of the server, or of the cache in its place.
    public let response: HTTPResponse
    /// What was made of it; nil if it only says that an answer that a layer has kept still holds.
    public let value: Value?

    /// An answer, and what was made of it.
    public init(response: HTTPResponse, value: Value?) {
        self.response = response
        self.value = value
    }
}
