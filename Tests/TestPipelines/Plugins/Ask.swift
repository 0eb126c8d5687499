package import PluginKit

/// Asks a server twice, once with limits of its own, and reads nothing.
package struct Ask: PlainSource {
    package static let name = "ask"
    package static let summary = "Asks a server."
    package static var makesExchanges: Bool { true }

    package let schema: Schema = ["n": .integer]
    private let http: HTTPClient

    package init(_ options: NoOptions, in context: StageContext) { http = context.http }

    package func read(at cursor: Int?, into batch: inout Batch) async throws -> Next<Int> {
        let url = try HTTPURL("http://example.org/")
        _ = try await http.send(HTTPRequest(.get, url: url))
        _ = try await http.send(
            HTTPRequest(.get, url: url, limits: HTTPLimits(firstByte: .seconds(1), bodyBytes: 100))
        )
        return .end
    }
}
