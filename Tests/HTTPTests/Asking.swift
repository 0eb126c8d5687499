@testable import HTTP
import PluginKit

extension HTTPLimits {
    /// Limits that a test does not wait for.
    static let generous = HTTPLimits(
        connect: .seconds(20),
        firstByte: .seconds(20),
        idle: .seconds(20),
        whole: .seconds(30)
    )
}

extension CurlTransport {
    /// What becomes of a request: the answer, or why there is none.
    func outcome(_ request: HTTPRequest) async -> Result<HTTPResponse, HTTPFailure> {
        do {
            return .success(try await send(request))
        } catch {
            return .failure(
                error as? HTTPFailure ?? HTTPFailure(.unavailable, origin: "not a failure", detail: "\(error)")
            )
        }
    }

    /// Why there is no answer; nil if there is one.
    func failure(_ request: HTTPRequest) async -> HTTPFailure? {
        if case .failure(let failure) = await outcome(request) { failure } else { nil }
    }
}

extension HTTPResponse {
    var text: String { String(decoding: body, as: UTF8.self) }
}
