internal import HTTP
internal import Formats

extension Fault {
    /// Whether the request is answered as ever, and the answer is spoilt afterwards.
    var spoilsAnswer: Bool {
        switch kind {
        case .resetInBody, .truncated, .truncatedChunks, .stallInBody, .drip, .malformed, .corruptGzip, .truncatedGzip,
            .noPaging, .noLimit:
            true
        default: false
        }
    }

    /// What comes instead of an answer.
    ///
    /// - Parameter limit: The text of `X-Ratelimit`.
    /// - Returns: The answer, or what there is of one.
    func delivery(limit: String) -> Delivery {
        switch kind {
        case .status(let status): return Delivery(response: Self.response(status))
        case .tooMany(let wait, let saysLimit):
            var response =
                saysLimit ? HTTPResponse(429, []) : HTTPResponse.html(429, "You are being rate limited (error 1015)")
            if let wait { response.set("Retry-After", "\(wait)") }
            if saysLimit { response.set("X-Ratelimit", limit) }
            return Delivery(response: response)
        case .reset: return Delivery(response: HTTPResponse(200), manner: .reset)
        case .stall: return Delivery(response: HTTPResponse(200), manner: .stall)
        case .html: return Delivery(response: HTTPResponse.html(200, "Just a moment..."))
        case .blocked: return Delivery(response: HTTPResponse.html(403, "Sorry, you have been blocked"))
        case .expiredToken: return Delivery(response: HTTPResponse(401, []))
        default: return Delivery(response: HTTPResponse(200, []))
        }
    }

    /// A status with what Trakt sends along.
    private static func response(_ status: Int) -> HTTPResponse {
        switch status {
        case 502, 503, 504, 520...524: return .html(status, "\(status): the origin does not answer")
        case 420, 426:
            var response = HTTPResponse(status, [])
            response.set("X-Upgrade-URL", "https://app.trakt.tv/vip")
            response.set("X-VIP-User", "false")
            if status == 420 { response.set("X-Account-Limit", "100000") }
            return response
        case 422: return HTTPResponse(status, json: ["errors": ["title": ["can't be blank"]]])
        case 423:
            var response = HTTPResponse(status, [])
            response.set("X-Account-Locked", "true")
            response.set("X-Account-Deactivated", "false")
            return response
        case 400: return HTTPResponse(status, json: ["error": "bad_request"])
        default: return HTTPResponse(status, [])
        }
    }

    /// Spoils an answer, whose body is packed already if the client takes it packed.
    func spoil(_ delivery: inout Delivery) {
        let isPacked = delivery.response.headers["Content-Encoding"] != nil
        switch kind {
        case .resetInBody: delivery.manner = .resetInBody
        case .truncated:
            delivery.isChunked = false
            delivery.manner = .cutInBody
        case .truncatedChunks:
            delivery.isChunked = true
            delivery.manner = .cutInBody
        case .stallInBody: delivery.manner = .stallInBody
        case .drip(let rate): delivery.manner = .drip(bytesPerSecond: rate)
        case .malformed, .truncatedGzip:
            // For those who take nothing packed, the JSON itself ends in the middle.
            delivery.response.body.removeLast(delivery.response.body.count / 2)
        case .corruptGzip:
            let middle = delivery.response.body.count / 2
            for index in middle..<min(middle + 16, delivery.response.body.count) {
                delivery.response.body[index] = isPacked ? ~delivery.response.body[index] : 0x01
            }
        case .noPaging: delivery.response.remove { $0.hasPrefix("x-pagination-") }
        case .noLimit: delivery.response.remove { $0 == "x-ratelimit" }
        default: break
        }
    }

    /// Whether the JSON is spoilt before it is packed.
    var spoilsText: Bool { kind == .malformed }
}
