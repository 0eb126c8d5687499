internal import CCurl
internal import Glibc
internal import Platform

/// The settings of all exchanges of a transport.
struct CurlSettings: Sendable {
    let connectionsPerHost: Int
    let userAgent: String
    let proxies: ProxyRules
    let environment: [String: String]
}

extension CurlHandle {
    /// Prepares the handle for a transfer.
    ///
    /// - Parameters:
    ///   - transfer: The transfer, which must live until it is complete.
    ///   - library: The library.
    ///   - certificates: The trusted certificates.
    ///   - proxy: The proxy's address; empty for none.
    ///   - userAgent: The `User-Agent` of requests that state none.
    /// - Throws: `unavailable` if the library lacks a required feature.
    func prepare(
        _ transfer: CurlTransfer,
        library: CurlLibrary,
        certificates: TrustedCertificates,
        proxy: String,
        userAgent: String
    ) throws(AnswerFlaw) {
        let request = transfer.exchange.request
        reset()
        try setConnection(request, certificates: certificates, proxy: proxy)
        try set(.url, to: request.url.description)
        try setMethod(request)
        try set(headers: Self.headerLines(request, userAgent: userAgent))
        try setCallbacks(transfer, library: library)
        // Without the gate, a request that must not be repeated gets a new connection, which the server cannot have
        // closed yet.
        if !library.asksBeforeSending, !request.method.isIdempotent { try set(.isFresh, to: 1) }
    }

    private func setConnection(
        _ request: HTTPRequest,
        certificates: TrustedCertificates,
        proxy: String
    ) throws(AnswerFlaw) {
        try set(.noSignal, to: 1)
        try set(.noDelay, to: 1)
        offer(.bufferSize, value: 65_536)
        // Child processes must not inherit them.
        try set(opener: { _, _, address in
            socket(
                address.pointee.family,
                address.pointee.type | Int32(SOCK_CLOEXEC.rawValue),
                address.pointee.protocol
            )
        })
        offer(.leavesResolverBehind, value: 1)
        offer(.protocolBits, value: 1 | 2)  // http and https; the names replaced the bits in 7.85
        // 2: HTTP/1.1. HTTP/2 needs fewer connections, but takes three times as long and has failure modes of its own.
        try set(.httpVersion, to: 2)
        offer(.allowsHTTP09, value: 0)
        try set(.pathAsIs, to: 1)
        try set(.connectMilliseconds, to: request.limits.connect.inMilliseconds)
        // The library must not read the environment or use its own list of exceptions.
        try set(.proxy, to: proxy)
        try set(.noProxy, to: "")
        offer(.suppressesConnectHeaders, value: 1)
        guard request.url.scheme == "https" || proxy.lowercased().hasPrefix("https:") else { return }
        try set(.verifiesPeer, to: 1)
        try set(.verifiesHost, to: 2)
        try set(.sslVersion, to: 6)  // TLS 1.2 and later
        if case .paths(let file, let folder) = certificates {
            // The library would wait for a FIFO's writer, and the run with it, without any timeout.
            if let file, let special = SpecialFile(at: file) {
                throw AnswerFlaw(.tls, words: "SSL_CERT_FILE names \(special.rawValue), not a file: \(file)")
            }
            try set(.certificateFile, to: file)
            try set(.certificateFolder, to: folder)
            try set(.proxyCertificateFile, to: file)
            try set(.proxyCertificateFolder, to: folder)
        }
    }

    private func setMethod(_ request: HTTPRequest) throws(AnswerFlaw) {
        switch request.method {
        case .head:
            try set(.noBody, to: 1)
        case .get where request.body.isEmpty:
            break
        case .delete where request.body.isEmpty:
            try set(.method, to: request.method.rawValue)
        default:
            try set(body: request.body)
            try set(.method, to: request.method.rawValue)
        }
    }

    /// The header lines; a name with a colon and no value removes what the library would add.
    private static func headerLines(_ request: HTTPRequest, userAgent: String) -> [String] {
        let isIdentical = request.headers["Accept-Encoding"] == "identity"
        var lines = ["Accept-Encoding: \(isIdentical ? "identity" : "gzip")", "Expect:"]
        // A dot at the end is for DNS only: servers compare names without it. For TLS the library omits it itself.
        if request.url.host.hasSuffix(".") {
            let origin = request.url.origin.split(separator: ":", maxSplits: 2)
            let port = origin.count > 2 ? ":\(request.url.port)" : ""
            lines.append("Host: \(request.url.host.dropLast())\(port)")
        }
        if request.headers["Content-Type"] == nil { lines.append("Content-Type:") }
        if request.headers["User-Agent"] == nil { lines.append("User-Agent: \(userAgent)") }
        for field in request.headers.fields
        where !["host", "content-length", "accept-encoding", "expect"].contains(field.name.lowercased()) {
            // An empty value is written with a semicolon.
            lines.append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        return lines
    }

    private func setCallbacks(_ transfer: CurlTransfer, library: CurlLibrary) throws(AnswerFlaw) {
        try set(.privatePointer, to: transfer.context)
        try set(.receiverContext, to: transfer.context)
        try set(.headerContext, to: transfer.context)
        try set(.receiver) { bytes, size, count, context in
            let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
            return CurlTransfer.at(context).takeBody(piece) ? piece.count : 0
        }
        try set(.headerReceiver) { bytes, size, count, context in
            let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
            return CurlTransfer.at(context).takeLine(line) ? line.count : 0
        }
        guard library.asksBeforeSending else { return }
        try set(.gateContext, to: transfer.context)
        try set(gate: { context, _, _, _, _ in CurlTransfer.at(context).mayBeSent() ? 0 : 1 })
    }
}

extension Duration {
    /// In milliseconds, rounded up; at least 1, because 0 means no limit.
    var inMilliseconds: Int {
        let (seconds, attoseconds) = min(max(self, .zero), .seconds(1_000_000)).components
        let part = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int(min(max(seconds, 0), 1_000_000) * 1000 + part).clamped
    }
}

extension Int {
    fileprivate var clamped: Int { Swift.max(self, 1) }
}
