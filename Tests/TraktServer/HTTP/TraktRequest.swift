internal import HTTP

/// A request as Trakt's routes see it.
struct TraktRequest: Sendable {
    let method: String
    /// The path without the query, as it was sent.
    let path: String
    /// The query without its question mark, as it was sent.
    let query: String
    let headers: HTTPHeaders
    let body: [UInt8]

    init(_ exchange: HTTPExchange) {
        method = exchange.head.method
        let target = exchange.head.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(target[0])
        query = target.count > 1 ? String(target[1]) : ""
        headers = exchange.head.headers
        body = exchange.body
    }

    /// The parts of the path, decoded.
    var components: [String] { path.split(separator: "/").map(Self.decoded) }

    /// The parameters of the query, decoded; of several of one name the last.
    var parameters: [String: String] {
        var parameters: [String: String] = [:]
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            parameters[Self.decoded(parts[0])] = parts.count > 1 ? Self.decoded(parts[1]) : ""
        }
        return parameters
    }

    /// Path and query.
    var target: String { query.isEmpty ? path : "\(path)?\(query)" }

    private static func decoded(_ text: Substring) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) || text.utf8.contains(UInt8(ascii: "+")) else {
            return String(text)
        }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
