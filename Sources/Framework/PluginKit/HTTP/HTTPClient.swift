internal import Diagnostics

/// Sends a stage's HTTP requests, each exchange through the stage's layers.
///
///     let rows = try await context.http.send(request) { response in
///         guard response.status == 200 else { throw … }
///         return try decode(response.body)
///     }
///
/// An error thrown by `reading` is a failure of the exchange. If it is a `StageFailure.transient`, a `retry` layer
/// repeats the request, so an answer that cannot be used is requested again. Failed answers are not cached.
public struct HTTPClient: Sendable {
    private let transport: any HTTPTransport
    /// The layers for exchanges, outermost first.
    private let layers: [any Middleware]
    private let needsIdentity: Bool
    private let stage: String
    private let time: any TimeSource
    private let ledger: ExchangeLedger

    /// Creates a client.
    ///
    /// - Parameters:
    ///   - transport: What carries requests.
    ///   - layers: The layers of the stage, outermost first. Only those for exchanges are used.
    ///   - stage: The stage's name in the pipeline.
    ///   - time: The clock that measures requests.
    public init(
        _ transport: any HTTPTransport = NoTransport(),
        layers: [any Middleware] = [],
        stage: String = "",
        time: any TimeSource = SystemTime()
    ) {
        ledger = ExchangeLedger()
        self.transport = MeteredTransport(transport, ledger: ledger, time: time)
        self.layers = layers.filter { $0.calls.contains(.exchange) }
        needsIdentity = self.layers.contains { type(of: $0).needsIdentity }
        self.stage = stage
        self.time = time
    }

    private init(_ transport: any HTTPTransport, like other: HTTPClient) {
        self.transport = transport
        layers = other.layers
        needsIdentity = other.needsIdentity
        stage = other.stage
        time = other.time
        ledger = other.ledger
    }

    /// The same client with a wrapper around its transport.
    ///
    /// The wrapper is inside of all layers and sees every attempt. It may wait, change the request or answer without
    /// the network. The client counts only what reaches the network: not the wait, nor an answer for which nothing was
    /// sent.
    public func through(_ wrap: (any HTTPTransport) -> any HTTPTransport) -> HTTPClient {
        HTTPClient(wrap(transport), like: self)
    }

    /// Records that a transport added with `through` delayed a request to keep to the service's limit.
    ///
    /// - Parameters:
    ///   - length: The delay.
    ///   - limit: The name of the limit, such as `Trakt's request limit`.
    public static func noteDelay(_ length: Duration, by limit: String) {
        guard length > .zero else { return }
        ExchangeLedger.noteDelay(length, by: limit)
    }

    /// What the client has done so far.
    package var counts: ExchangeCounts { ledger.counts }

    /// Sends a request and reads the answer.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - reading: Turns the response into the value that the caller wants; called for each attempt.
    /// - Returns: What `reading` returned.
    /// - Throws: `StageFailure.transient` for a transient network failure, a `Diagnostic` for any other, what `reading`
    ///   throws, and `CancellationError`.
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
            identity: needsIdentity ? request.cacheIdentity(reading: reading) : nil,
            revalidation: Revalidation { request, kept in
                request.asking(about: kept.response)
            } renewing: { kept, answer in
                kept.response.renewed(by: answer.response).map { response in
                    // The renewed header fields may make `reading` fail or return another value. If it fails, the value
                    // that was read first stays.
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
                // A layer has revalidated an answer that it holds: there is nothing to read.
                let isRenewal = response.status == 304 && request.isConditional && !asksAnyway
                let arrived = time.now
                // Reading is the stage's own work and does not count as waiting.
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

    /// Sends a request and returns the response.
    ///
    /// - Returns: The response, whatever its status.
    /// - Throws: As `send(_:reading:)`.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse { try await send(request) { $0 } }
}

/// A response and the value that was read from it.
public struct HTTPAnswer<Value: Sendable>: Sendable {
    /// The response of the server or of a cache.
    public let response: HTTPResponse
    /// The value read from the response; nil if the response only confirms an answer that a layer holds.
    public let value: Value?

    /// A response and the value that was read from it.
    public init(response: HTTPResponse, value: Value?) {
        self.response = response
        self.value = value
    }
}
