internal import Glibc

/// The name or address of a host, and a port, as in a URL: `proxy.example.org:3128`, `[::1]:80`.
package struct HostName: Sendable, Hashable {
    /// What is wrong with one, as text that fits after a colon; it never contains a part that may be secret.
    package struct Flaw: Error, Hashable, Sendable {
        /// The text; empty if it does not resemble an address at all.
        package let words: String

        package init(_ words: String) { self.words = words }
    }

    /// The name in lower case; an IPv6 address without brackets.
    ///
    /// `localhost` and IPv4 addresses have no trailing dot: the former is never looked up in DNS (RFC 6761 §6.3), the
    /// latter are not names.
    package let name: String
    /// The port, from 1 to 65535; nil if none is given.
    package let port: Int?

    /// Parses a host and a port.
    ///
    /// - Parameter text: The text between `//`, or `@`, and the path.
    /// - Throws: What is wrong.
    package init(authority text: Substring) throws(Flaw) {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw Flaw("its '[' has no ']'") }
            let address = text[text.index(after: text.startIndex)..<end]
            guard Self.isIPv6(address) else { throw Flaw("there is no IPv6 address in its brackets") }
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw Flaw("something follows its ']'") }
            name = address.lowercased()
            port = rest.isEmpty ? nil : try Self.port(rest.dropFirst())
            return
        }
        if Self.isIPv6(text) { throw Flaw("an IPv6 address must be in brackets") }
        let colon = text.firstIndex(of: ":")
        name = Self.withoutIdleDot(try Self.checked(text[..<(colon ?? text.endIndex)]).lowercased())
        port = try colon.map { colon throws(Flaw) in try Self.port(text[text.index(after: colon)...]) }
    }

    /// A character that no address may contain: whitespace or a control character; nil if there is none.
    package static func unsendable(in text: String) -> Flaw? {
        let scalars = text.unicodeScalars
        guard let index = scalars.firstIndex(where: { $0.value <= 0x20 || $0.value == 0x7F }) else { return nil }
        let what =
            switch scalars[index] {
            case " ": "a space"
            case "\t": "a tab"
            case "\r": "a carriage return (CR)"
            case "\n": "a line break"
            default: "a control character"
            }
        if index == scalars.startIndex { return Flaw("\(what) is at its beginning") }
        let isEnd = scalars[index...].allSatisfy { $0.value <= 0x20 || $0.value == 0x7F }
        return Flaw("\(what) is \(isEnd ? "at its end" : "in its middle")")
    }

    private static func port(_ digits: Substring) throws(Flaw) -> Int {
        guard !digits.isEmpty else { throw Flaw("no port follows its ':'") }
        guard digits.utf8.allSatisfy({ 48...57 ~= $0 }), let number = Int(digits), 1...65535 ~= number else {
            throw Flaw("its port is not a number from 1 to 65535")
        }
        return number
    }

    private static func checked(_ host: Substring) throws(Flaw) -> Substring {
        guard !host.isEmpty else { throw Flaw("it has no host") }
        guard host.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw Flaw("its host has non-ASCII letters; write it in the form of DNS, xn--…")
        }
        guard host.utf8.allSatisfy(isHostByte) else { throw Flaw("its host has an invalid character") }
        let labels = host[..<(host.hasSuffix(".") ? host.index(before: host.endIndex) : host.endIndex)]
            .split(separator: ".", omittingEmptySubsequences: false)
        guard labels.allSatisfy({ !$0.isEmpty }) else { throw Flaw("a part of its host between two dots is empty") }
        // RFC 1035 §2.3.4
        guard labels.allSatisfy({ $0.utf8.count <= 63 }) else {
            throw Flaw("a part of its host has more than 63 characters")
        }
        guard host.utf8.count <= 253 else { throw Flaw("its host has more than 253 characters") }
        return host
    }

    private static func withoutIdleDot(_ host: String) -> String {
        guard host.hasSuffix(".") else { return host }
        let name = String(host.dropLast())
        let isAddress = name.utf8.allSatisfy { 48...57 ~= $0 || $0 == UInt8(ascii: ".") }
        return isAddress || name == "localhost" || name.hasSuffix(".localhost") ? name : host
    }

    /// Whether it is an IPv6 address, possibly with a zone after a `%`.
    private static func isIPv6(_ text: Substring) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 16)
        let zone = text.firstIndex(of: "%")
        if let zone {
            let name = text[text.index(after: zone)...]
            guard !name.isEmpty, name.utf8.allSatisfy({ isHostByte($0) || $0 == UInt8(ascii: "%") }) else {
                return false
            }
        }
        return inet_pton(AF_INET6, String(text[..<(zone ?? text.endIndex)]), &bytes) == 1
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
        default: false
        }
    }
}
