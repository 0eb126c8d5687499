/// The parts of a request target that is a path or a URL of HTTP (RFC 9112 §3.2), still encoded.
struct HTTPRequestTarget {
    /// Host and port of a URL; nil for a path.
    let authority: Substring?
    /// The query without its question mark; empty if there is none.
    let query: Substring

    /// Divides a request target.
    ///
    /// - Returns: Nil if it has another form, or bytes that are badly encoded: not two digits after a `%`, control
    ///   characters, or no UTF-8.
    init?(_ target: String) {
        var rest = target[...]
        if target.hasPrefix("/") {
            authority = nil
        } else {
            let scheme = ["http://", "https://"].first { target.lowercased().hasPrefix($0) }
            guard let scheme else { return nil }
            rest = target.dropFirst(scheme.count)
            let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
            authority = rest[..<end]
            rest = rest[end...]
        }
        guard Self.decoded(rest) != nil else { return nil }
        query = rest.firstIndex(of: "?").map { rest[rest.index(after: $0)...] } ?? ""
    }

    /// The values of a parameter of the query, decoded.
    func values(_ name: String) -> [String] {
        query.split(separator: "&").compactMap { pair in
            guard pair.hasPrefix("\(name)=") else { return nil }
            return Self.decoded(pair.dropFirst(name.count + 1))
        }
    }

    /// Percent-decoded text; nil if it is badly encoded.
    static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        guard bytes.allSatisfy({ $0 >= 32 && $0 != 127 }) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }
}
