@testable import HTTP
import PluginKit
import PluginTestKit
import TestTags
import Testing

@Suite(.tags(.server)) struct TLSTests {
    private let server: TLSServer

    init() throws { server = try TLSServer.shared.get() }

    private func request(
        _ target: String = "/",
        _ certificate: Certificate = .good,
        host: String = "localhost"
    ) throws -> HTTPRequest {
        HTTPRequest(.get, url: try HTTPURL(server.origin(certificate, host: host) + target), limits: .generous)
    }

    @Test func `a server whose authority is trusted is talked to`() async throws {
        let transport = CurlTransport(environment: server.trust)
        for host in ["localhost", "127.0.0.1"] {
            let response = try await transport.send(request("/a", host: host))
            #expect(response.text == "secure /a")
        }
    }

    @Test func `a body without a length is refused, because a cut one looks the same`() async throws {
        let transport = CurlTransport(environment: server.trust)
        let detail = "it has neither a length nor chunks, so whether it is complete is unknown"
        for target in ["/closed", "/cut"] {
            let failure = await transport.failure(try request(target))
            #expect(failure == HTTPFailure(.truncated, origin: server.origin(.good), detail: detail))
        }
        // What is packed has an end of its own.
        #expect(try await transport.send(request("/packed")).text == "hello, world")
    }

    @Test(
        arguments: [
            (Certificate.good, "the certificate is signed by an authority that this machine does not trust", false),
            (.lonely, "the certificate is self-signed", true),
            (.expired, "the certificate has expired", true),
            (.elsewhere, "the certificate is for another host", true),
        ]
    )
    func `any other is refused, and why`(certificate: Certificate, detail: String, isTrusted: Bool) async throws {
        let transport = CurlTransport(environment: isTrusted ? server.trust : [:])
        let failure = await transport.failure(try request("/?key=abc", certificate))
        #expect(failure == HTTPFailure(.tls, origin: server.origin(certificate), detail: detail))
    }

    @Test func `a server that does not encrypt`() async throws {
        // It answers the greeting of TLS as what it is to it: not a request.
        let server = try LoopbackServer { _, peer in await peer.answer() }
        let url = try HTTPURL("https://127.0.0.1:\(server.port)/")
        let failure = await CurlTransport().failure(HTTPRequest(.get, url: url, limits: .generous))
        #expect(failure == HTTPFailure(.tls, origin: url.origin, detail: "the server does not use TLS at this port"))
    }

    @Test func `a folder counts if its certificates can be found by their hash`() throws {
        let folder = try TemporaryFolder()
        #expect(!TrustedCertificates.isHashed(folder.path))
        #expect(!TrustedCertificates.isHashed(folder.path("missing")))
        try folder.write("", to: "ca-bundle.crt")
        try folder.write("", to: "abcdefgh.0")
        try folder.write("", to: "00aa11bb.pem")
        #expect(!TrustedCertificates.isHashed(folder.path))
        try folder.write("", to: "00aa11bb.0")
        #expect(TrustedCertificates.isHashed(folder.path))
    }

    @Test func `the environment names other authorities`() {
        let both = ["SSL_CERT_FILE": "/a.pem", "SSL_CERT_DIR": "/b"]
        #expect(TrustedCertificates(both, looksUp: true) == .paths(file: "/a.pem", folder: "/b"))
        #expect(
            TrustedCertificates(["SSL_CERT_FILE": "/a.pem"], looksUp: false) == .paths(file: "/a.pem", folder: nil)
        )
        #expect(TrustedCertificates(["SSL_CERT_FILE": ""], looksUp: false) == .library)
    }
}
