internal import Platform

/// What a variable of the environment states about a proxy.
enum ProxyVariable: Sendable, Hashable {
    /// None, as an empty variable does.
    case none
    /// Its address as the variable has it, maybe with a password.
    case address(String)
    /// No address of a proxy; the words have the variable's name and nothing of what is in it.
    case broken(AnswerFlaw)

    /// What the library can talk to; without a scheme it is `http`.
    private static let schemes = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"]

    /// Reads a variable.
    ///
    /// - Parameters:
    ///   - name: Such as `http_proxy`.
    ///   - text: What is in it.
    init(_ name: String, text: String) {
        do throws(HostName.Flaw) {
            self = text.isEmpty ? .none : .address(try Self.checked(text))
        } catch {
            self = .broken(AnswerFlaw(.proxy, words: "the variable \(name) names no proxy: \(error.words)"))
        }
    }

    private static func checked(_ text: String) throws(HostName.Flaw) -> String {
        if let flaw = HostName.unsendable(in: text) { throw flaw }
        var rest = text[...]
        var start = text[..<text.startIndex]
        if let mark = text.firstRange(of: "://") {
            guard schemes.contains(text[..<mark.lowerBound].lowercased()) else {
                throw HostName.Flaw("its scheme is none of \(schemes.joined(separator: ", "))")
            }
            (start, rest) = (text[..<mark.upperBound], text[mark.upperBound...])
        }
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        let tail = rest[end...]
        // Where a name and a password end, a host follows: what ends the host before that was meant as a part of them.
        if let sign = tail.first, tail.contains("@") {
            throw HostName.Flaw("a '\(sign)' in a name or password is written \(Self.escape(sign))")
        }
        guard tail.isEmpty || tail.hasPrefix("/") else { throw HostName.Flaw("a '\(tail.prefix(1))' follows the host") }
        guard !tail.contains("#"), !tail.contains("?") else {
            throw HostName.Flaw("more than a host and a port is in it")
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
            // `UInt8("+1", radix: 16)` is a number, too.
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
