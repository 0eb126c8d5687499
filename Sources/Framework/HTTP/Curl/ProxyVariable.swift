internal import Platform

/// The value of a proxy variable of the environment.
enum ProxyVariable: Sendable, Hashable {
    /// No proxy, as in an empty variable.
    case none
    /// The proxy's address as in the variable, possibly with a password.
    case address(String)
    /// Not a valid address; the text has the variable's name but nothing of its value.
    case broken(AnswerFlaw)

    /// The schemes that the library supports; the default is `http`.
    private static let schemes = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"]

    /// Parses a variable.
    ///
    /// - Parameters:
    ///   - name: Its name, such as `http_proxy`.
    ///   - text: Its value.
    init(_ name: String, text: String) {
        do throws(HostName.Flaw) {
            self = text.isEmpty ? .none : .address(try Self.checked(text))
        } catch {
            self = .broken(AnswerFlaw(.proxy, words: "the variable \(name) does not name a proxy: \(error.words)"))
        }
    }

    private static func checked(_ text: String) throws(HostName.Flaw) -> String {
        if let flaw = HostName.unsendable(in: text) { throw flaw }
        var rest = text[...]
        var start = text[..<text.startIndex]
        if let mark = text.firstRange(of: "://") {
            guard schemes.contains(text[..<mark.lowerBound].lowercased()) else {
                throw HostName.Flaw("its scheme is not one of \(schemes.joined(separator: ", "))")
            }
            (start, rest) = (text[..<mark.upperBound], text[mark.upperBound...])
        }
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        let tail = rest[end...]
        // A host follows the name and password, so a character that ends the host before that was meant as a part of
        // them.
        if let sign = tail.first, tail.contains("@") {
            throw HostName.Flaw("a '\(sign)' in a name or password is written \(Self.escape(sign))")
        }
        guard tail.isEmpty || tail.hasPrefix("/") else { throw HostName.Flaw("a '\(tail.prefix(1))' follows the host") }
        guard !tail.contains("#"), !tail.contains("?") else {
            throw HostName.Flaw("it contains more than a host and a port")
        }
        var host = rest[..<end]
        var user = rest[..<rest.startIndex]
        if let at = host.firstIndex(of: "@") {
            (user, host) = (host[..<at], host[host.index(after: at)...])
            guard !host.contains("@") else { throw HostName.Flaw("a '@' in a name or password is written %40") }
            try checkEscapes(user)
            user = rest[...at]
        }
        let authority = try HostName(authority: host)
        // `localhost.` has no address.
        let name = authority.name.contains(":") ? "[\(authority.name)]" : authority.name
        return "\(start)\(user)\(name)\(authority.port.map { ":\($0)" } ?? "")\(tail)"
    }

    private static func checkEscapes(_ text: Substring) throws(HostName.Flaw) {
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else { continue }
            let digits = rest.prefix(2)
            // `UInt8("+1", radix: 16)` is also a number.
            guard digits.count == 2, digits.allSatisfy({ UInt8(String(UnicodeScalar($0)), radix: 16) != nil }),
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            else { throw HostName.Flaw("a '%' in a name or password is written %25") }
            guard value >= 0x20, value != 0x7F else {
                throw HostName.Flaw("a name or password has a control character")
            }
        }
    }

    private static func escape(_ sign: Character) -> String {
        switch sign {
        case "/": "%2F"
        case "?": "%3F"
        default: "%23"
        }
    }
}
