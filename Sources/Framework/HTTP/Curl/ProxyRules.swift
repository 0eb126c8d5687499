internal import Glibc
internal import Platform

/// Which proxy is used for a server: the variables `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`.
///
/// `HTTP_PROXY` in capitals is not read, because a web server sets it from a request's header field (CVE-2016-5385).
/// For the others, lower-case names take precedence.
struct ProxyRules: Sendable {
    private let http: ProxyVariable
    private let https: ProxyVariable
    private let exceptions: Result<[ProxyException], AnswerFlaw>

    init(_ environment: [String: String]) {
        func first(_ names: String...) -> ProxyVariable {
            names.lazy.compactMap { name in environment[name].map { ProxyVariable(name, text: $0) } }.first ?? .none
        }
        let all = first("all_proxy", "ALL_PROXY")
        let http = first("http_proxy")
        let https = first("https_proxy", "HTTPS_PROXY")
        self.http = http == .none ? all : http
        self.https = https == .none ? all : https
        let name = ["no_proxy", "NO_PROXY"].first { environment[$0] != nil }
        exceptions = Result { () throws(AnswerFlaw) in
            guard let name, let list = environment[name] else { return [] }
            return try ProxyException.list(list, of: name)
        }
    }

    /// The proxy's address as in the variable, possibly with a password; empty for none.
    ///
    /// Variables that do not apply to the address are not read.
    ///
    /// - Throws: `proxy`, with the variable's name and the problem, but nothing of its value.
    func proxy(for url: HTTPURL) throws(AnswerFlaw) -> String {
        switch url.scheme == "https" ? https : http {
        case .none:
            return ""
        case .broken(let flaw):
            // A server that is reached without a proxy does not depend on the variable.
            if case .success(let exceptions) = exceptions, exceptions.cover(url) { return "" }
            throw flaw
        case .address(let proxy):
            return try exceptions.get().cover(url) ? "" : proxy
        }
    }
}

extension [ProxyException] {
    fileprivate func cover(_ url: HTTPURL) -> Bool {
        let address = IPAddress(url.host)
        return contains { $0.covers(url, at: address) }
    }
}

/// One entry of `no_proxy`.
private enum ProxyException: Sendable {
    case everything
    /// A host or a domain with all its subdomains, and a port if the entry is limited to one.
    case name(String, port: Int?)
    /// Addresses with a common prefix.
    case network(IPAddress, bits: Int)

    /// Parses a list: entries separated by commas and whitespace.
    ///
    /// - Throws: `proxy` for an entry that could never match, so that traffic would go through the proxy against the
    ///   user's intention.
    static func list(_ text: String, of variable: String) throws(AnswerFlaw) -> [ProxyException] {
        var list: [ProxyException] = []
        let words = text.unicodeScalars.split { $0 == "," || $0.value <= 0x20 || $0.value == 0x7F }
        for (index, word) in words.enumerated() {
            do throws(HostName.Flaw) {
                list.append(try ProxyException(Substring(word)))
            } catch {
                throw AnswerFlaw(.proxy, words: "entry \(index + 1) of \(variable): \(error.words)")
            }
        }
        return list
    }

    private init(_ word: Substring) throws(HostName.Flaw) {
        if word == "*" {
            self = .everything
            return
        }
        if word.contains("://") { throw HostName.Flaw("it is a URL, but a host is expected") }
        let parts = word.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let isBare = parts[0].hasPrefix("[") && parts[0].hasSuffix("]")
        if let address = IPAddress(String(isBare ? parts[0].dropFirst().dropLast() : parts[0])) {
            let all = address.bytes.count * 8
            guard parts.count == 2 else {
                self = .network(address, bits: all)
                return
            }
            guard parts[1].utf8.allSatisfy({ 48...57 ~= $0 }), let bits = Int(parts[1]), bits <= all else {
                throw HostName.Flaw("a network has from 0 to \(all) bits after its '/'")
            }
            self = .network(address, bits: bits)
            return
        }
        guard parts.count == 1 else { throw HostName.Flaw("it is neither a host nor a network such as 10.0.0.0/8") }
        var name = word
        while name.hasPrefix("*") || name.hasPrefix(".") { name.removeFirst() }
        if name.contains("*") {
            throw HostName.Flaw("a '*' is allowed at the beginning only; networks are like 10.0.0.0/8")
        }
        let host = try HostName(authority: name)
        self = .name(host.name.hasSuffix(".") ? String(host.name.dropLast()) : host.name, port: host.port)
    }

    func covers(_ url: HTTPURL, at address: IPAddress?) -> Bool {
        switch self {
        case .everything:
            return true
        case .name(let name, let port):
            guard port == nil || port == url.port else { return false }
            var host = url.host[...]
            while host.hasSuffix(".") { host.removeLast() }
            return host == name || host.hasSuffix("." + name)
        case .network(let network, let bits):
            guard let address else { return false }
            return address.shares(bits, with: network)
        }
    }
}

/// An IPv4 or IPv6 address as bytes.
private struct IPAddress: Sendable {
    let bytes: [UInt8]

    init?(_ text: String) {
        for (family, size) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: size)
            guard inet_pton(family, text, &bytes) == 1 else { continue }
            self.bytes = bytes
            return
        }
        return nil
    }

    func shares(_ bits: Int, with other: IPAddress) -> Bool {
        guard bytes.count == other.bytes.count, bits >= 0 else { return false }
        let whole = bits / 8
        guard bytes.prefix(whole) == other.bytes.prefix(whole) else { return false }
        let rest = bits % 8
        return rest == 0 || (bytes[whole] ^ other.bytes[whole]) >> (8 - UInt8(rest)) == 0
    }
}
