package import PluginKit

/// Asks a web server for each page.
package struct Asks: PlainSource {
    package static let name = "asks"
    package static let summary = "Asks a web server for each page."
    package static let makesExchanges = true

    package let schema: Schema = ["n": .integer]
    private let http: HTTPClient

    package init(_ options: NoOptions, in context: StageContext) { http = context.http }

    package func read(at cursor: Int?, into batch: inout Batch) async throws -> Next<Int> {
        let page = cursor ?? 1
        let answer = try await http.send(HTTPRequest(.get, url: HTTPURL("http://localhost/\(page)")))
        batch.append([.integer(Int64(answer.body.count))])
        return page < 3 ? .at(page + 1) : .end
    }
}
