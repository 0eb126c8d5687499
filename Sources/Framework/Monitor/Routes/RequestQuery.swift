/// The path and the parameters of a request target, without percent-encoding.
struct RequestQuery: Sendable, Hashable {
    /// The path, such as `/api/runs`.
    let path: String
    private let parameters: [String: String]

    /// Takes a request target apart.
    ///
    /// - Parameter target: A path with its query, or an absolute URL. Of parameters with equal names, the first counts.
    init(_ target: String) {
        var rest = target[...]
        if !rest.hasPrefix("/"), let scheme = rest.firstRange(of: "://") {
            rest = rest[scheme.upperBound...]
            rest = rest.firstIndex(where: { $0 == "/" || $0 == "?" }).map { rest[$0...] } ?? "/"
        }
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = Self.decoded(parts.first ?? "")
        self.path = path.isEmpty ? "/" : path
        var parameters: [String: String] = [:]
        for pair in parts.count > 1 ? parts[1].split(separator: "&") : [] {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = Self.decoded(sides[0])
            if parameters[name] == nil {
                parameters[name] = sides.count > 1 ? Self.decoded(sides[1].replacing("+", with: " ")[...]) : ""
            }
        }
        self.parameters = parameters
    }

    /// The value of a parameter; nil if it is not given.
    subscript(_ name: String) -> String? { parameters[name] }

    /// The value of a parameter as a number; nil if it is not given.
    ///
    /// - Throws: What is allowed, if it is something else.
    func number(_ name: String, in range: ClosedRange<Int>) throws(MonitorRoute.Refusal) -> Int? {
        guard let text = self[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw .parameter("'\(name)' must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// The text without percent-encoding; what is not UTF-8 becomes U+FFFD.
    private static func decoded(_ text: Substring) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        let bytes = Array(text.utf8)
        var decoded: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let byte = UInt8(String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
            {
                decoded.append(byte)
                index += 3
            } else {
                decoded.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }
}
