internal import Glibc
internal import Platform

/// Through which proxy a server is reached: the variables `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`.
///
/// `HTTP_PROXY` in capitals is not read, because a web server sets it from a request's field (CVE-2016-5385); of the
/// others, small letters win.
struct ProxyRules: Sendable {
    private let http: String
    private let https: String
    private let exceptions: [Exception]

    init(_ environment: [String: String]) {
        func first(_ names: String...) -> String { names.lazy.compactMap { environment[$0] }.first ?? "" }
        let all = first("all_proxy", "ALL_PROXY")
        let http = first("http_proxy")
        let https = first("https_proxy", "HTTPS_PROXY")
        self.http = http.isEmpty ? all : http
        self.https = https.isEmpty ? all : https
        exceptions = first("no_proxy", "NO_PROXY").split { $0 == "," || $0 == " " }.map(Exception.init)
    }

    /// The proxy's address as the variable has it, maybe with a password; empty for none.
    func proxy(for url: HTTPURL) -> String {
        let proxy = url.scheme == "https" ? https : http
        guard !proxy.isEmpty else { return "" }
        let address = IPAddress(url.host)
        return exceptions.contains { $0.covers(url, address) } ? "" : proxy
    }
}

/// One word of `no_proxy`.
private enum Exception: Sendable {
    case everything
    /// A host or a domain with everything in it, and a port if only that is meant.
    case name(String, port: Int?)
    /// Addresses that have the same first bits.
    case network(IPAddress, bits: Int)

    init(_ word: Substring) {
        if word == "*" {
            self = .everything
            return
        }
        let parts = word.split(separator: "/", maxSplits: 1)
        if let address = IPAddress(String(word.prefix { $0 != "/" }.filter { $0 != "[" && $0 != "]" })) {
            let all = address.bytes.count * 8
            self = .network(address, bits: parts.count == 2 ? min(Int(parts[1]) ?? all, all) : all)
            return
        }
        var name = word
        var port: Int?
        if let colon = word.lastIndex(of: ":"), let number = Int(word[word.index(after: colon)...]) {
            (name, port) = (word[..<colon], number)
        }
        while name.hasPrefix("*") || name.hasPrefix(".") { name.removeFirst() }
        while name.hasSuffix(".") { name.removeLast() }
        self = .name(name.lowercased(), port: port)
    }

    func covers(_ url: HTTPURL, _ address: IPAddress?) -> Bool {
        switch self {
        case .everything:
            return true
        case .name(let name, let port):
            guard !name.isEmpty, port == nil || port == url.port else { return false }
            var host = url.host[...]
            while host.hasSuffix(".") { host.removeLast() }
            return host == name || host.hasSuffix("." + name)
        case .network(let network, let bits):
            guard let address else { return false }
            return address.shares(bits, with: network)
        }
    }
}

/// An address of version 4 or 6 in its bytes.
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
