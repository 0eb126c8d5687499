internal import PluginKit

/// A transport with the limits of a pipeline.
///
/// A limit that a stage has set for a request takes precedence: the stage knows the request better.
struct LimitedTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let settings: HTTPSettings

    init(_ base: any HTTPTransport, settings: HTTPSettings) {
        self.base = settings.connections.map { base.allowing(connectionsPerHost: $0) } ?? base
        self.settings = settings
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let usual = HTTPLimits()
        var request = request
        func set<Limit: Equatable>(_ limit: WritableKeyPath<HTTPLimits, Limit>, to value: Limit?) {
            guard let value, request.limits[keyPath: limit] == usual[keyPath: limit] else { return }
            request.limits[keyPath: limit] = value
        }
        set(\.connect, to: settings.connectTimeout)
        set(\.firstByte, to: settings.firstByteTimeout)
        set(\.idle, to: settings.idleTimeout)
        set(\.whole, to: settings.timeout)
        set(\.bodyBytes, to: settings.maxBody?.bytes)
        return try await base.send(request)
    }

    func allowing(connectionsPerHost: Int) -> any HTTPTransport {
        LimitedTransport(base.allowing(connectionsPerHost: connectionsPerHost), settings: settings)
    }
}
