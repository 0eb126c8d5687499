/// A request as it came over the wire.
struct HTTPRequest: Sendable {
    let method: String
    /// The path without the query, as it was sent.
    let path: String
    /// The query without its question mark, as it was sent.
    let query: String
    /// Headers by their names in lower case; of several of one name the last.
    let headers: [String: String]
    let body: [UInt8]

    /// Reads the head of a request; nil if it is none.
    init?(head: [UInt8], body: [UInt8] = []) {
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
        let words = lines[0].split(separator: " ")
        guard words.count == 3, words[1].hasPrefix("/"), words[2].hasPrefix("HTTP/1.") else { return nil }
        method = String(words[0])
        let target = words[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(target[0])
        query = target.count > 1 ? String(target[1]) : ""
        var headers: [String: String] = [:]
        for line in lines.dropFirst() where !line.isEmpty {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            headers[line[..<colon].lowercased()] = String(value)
        }
        self.headers = headers
        self.body = body
    }

    /// The same request with a body.
    func with(body: [UInt8]) -> HTTPRequest { HTTPRequest(self, body) }

    private init(_ request: HTTPRequest, _ body: [UInt8]) {
        method = request.method
        path = request.path
        query = request.query
        headers = request.headers
        self.body = body
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
