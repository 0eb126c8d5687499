import Glibc
@testable import HTTP
import PluginKit
import TestTags
import Testing

@Suite(.tags(.server, .waits)) struct ConnectionTests {
    @Test func `requests one after the other share a connection`() async throws {
        let server = try LoopbackServer { _, peer in await peer.answer("200 OK", "fine") }
        let transport = CurlTransport()
        for method in [HTTPRequest.Method.get, .post, .get, .put, .head, .delete, .get] {
            #expect(try await transport.send(HTTPRequest(method, url: try server.url())).status == 200)
        }
        #expect(server.connections == 1)
    }

    @Test func `many callers share few connections, and all are served`() async throws {
        // The first four are answered when all four are there.
        let arrived = Locked(0)
        let server = try LoopbackServer { request, peer in
            arrived.withLock { $0 += 1 }
            while arrived.withLock({ $0 }) < 4, await peer.pause() {}
            await peer.answer("200 OK", request.target)
        }
        let transport = CurlTransport(connectionsPerHost: 4)
        let texts = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 1...50 {
                let request = HTTPRequest(.get, url: try server.url("/\(number)"), limits: .generous)
                group.addTask { try await transport.send(request).text }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(texts == Set((1...50).map { "/\($0)" }))
        #expect(server.connections == 4)
    }

    @Test func `callers that work side by side need no more connections than they are`() async throws {
        let server = try LoopbackServer { _, peer in await peer.answer("200 OK", "fine") }
        let transport = CurlTransport()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 1...3 {
                let request = HTTPRequest(.get, url: try server.url(), limits: .generous)
                group.addTask { for _ in 1...100 { _ = try await transport.send(request) } }
            }
            try await group.waitForAll()
        }
        #expect(server.requests.count == 300)
        #expect(server.connections <= 3)
    }

    @Test func `a connection that was closed while nobody used it is not noticed`() async throws {
        let server = try LoopbackServer { _, peer in await peer.answer() }
        let transport = CurlTransport()
        for _ in 1...3 {
            #expect(try await transport.send(HTTPRequest(.post, url: try server.url())).status == 200)
            server.endConnections()
            while server.openConnections > 0 { try await Task.sleep(for: .milliseconds(1)) }
        }
        #expect(server.requests.count == 3)
        #expect(server.connections == 3)
    }

    /// A server that ends each connection at its second request, without an answer.
    private func dyingServer() throws -> LoopbackServer {
        let seen = Locked<Set<Int>>([])
        return try LoopbackServer { request, peer in
            if seen.withLock({ $0.insert(request.connection).inserted }) { await peer.answer() } else { peer.finish() }
        }
    }

    @Test(arguments: [HTTPRequest.Method.get, .put, .delete, .head])
    func `a request that met a closing connection is repeated without a word`(method: HTTPRequest.Method) async throws {
        let server = try dyingServer()
        let transport = CurlTransport()
        _ = try await transport.send(HTTPRequest(.get, url: try server.url()))
        #expect(try await transport.send(HTTPRequest(method, url: try server.url())).status == 200)
        #expect(server.requests.map(\.connection) == [1, 1, 2])
    }

    @Test func `one that must not be made twice is not`() async throws {
        let server = try dyingServer()
        let transport = CurlTransport()
        _ = try await transport.send(HTTPRequest(.get, url: try server.url()))
        let failure = await transport.failure(HTTPRequest(.post, url: try server.url()))
        #expect(failure == HTTPFailure(.reset, origin: server.origin, detail: "the server had closed it meanwhile"))
        #expect(server.requests.map(\.connection) == [1, 1])
    }

    @Test func `it is repeated once, and not again`() async throws {
        // Three connections, each of which ends at its second request.
        let arrived = Locked(0)
        let seen = Locked<Set<Int>>([])
        let server = try LoopbackServer { request, peer in
            arrived.withLock { $0 += 1 }
            while arrived.withLock({ $0 }) < 3, await peer.pause() {}
            if seen.withLock({ $0.insert(request.connection).inserted }) { await peer.answer() } else { peer.finish() }
        }
        let transport = CurlTransport()
        let request = HTTPRequest(.get, url: try server.url(), limits: .generous)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 1...3 { group.addTask { _ = try await transport.send(request) } }
            try await group.waitForAll()
        }
        let failure = await transport.failure(request)
        #expect(failure == HTTPFailure(.reset, origin: server.origin, detail: "the server had closed it meanwhile"))
        #expect(server.requests.count == 5)
    }

    @Test func `one whose answer had begun is not repeated`() async throws {
        let server = try LoopbackServer { request, peer in
            if request.number == 1 { return await peer.answer() }
            await peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
            peer.finish()
        }
        let transport = CurlTransport()
        _ = try await transport.send(HTTPRequest(.get, url: try server.url()))
        let failure = await transport.failure(HTTPRequest(.get, url: try server.url()))
        #expect(failure == HTTPFailure(.truncated, origin: server.origin))
        #expect(server.requests.count == 2)
    }

    @Test func `a connection with an answer that was given up is not used again`() async throws {
        let server = try LoopbackServer { request, peer in
            await peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(request.number == 1 ? 2000 : 2)\r\n\r\nok")
        }
        let transport = CurlTransport()
        var limits = HTTPLimits.generous
        limits.bodyBytes = 1000
        let request = HTTPRequest(.get, url: try server.url(), limits: limits)
        #expect(await transport.failure(request)?.kind == .tooLarge)
        #expect(try await transport.send(request).text == "ok")
        #expect(server.connections == 2)
    }

    @Test func `children do not inherit connections`() async throws {
        let server = try LoopbackServer { _, peer in await peer.answer() }
        let transport = CurlTransport()
        _ = try await transport.send(HTTPRequest(.get, url: try server.url()))
        // Of all sockets that lead to the server, ours is the one whose other end has its port.
        let flags = (3..<16_384).compactMap { descriptor -> Int32? in
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let result = withUnsafeMutablePointer(to: &address) { address in
                address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    getpeername(Int32(descriptor), $0, &length)
                }
            }
            guard result == 0, address.sin_family == AF_INET, Int(UInt16(bigEndian: address.sin_port)) == server.port
            else { return nil }
            return fcntl(Int32(descriptor), F_GETFD)
        }
        #expect(flags == [FD_CLOEXEC])
    }

    @Test func `the thread ends with the transport, and its connections with it`() async throws {
        let server = try LoopbackServer { _, peer in await peer.answer() }
        let ended = Locked(false)
        do {
            let transport = CurlTransport(.plain, library: { CurlLibrary.shared }) { ended.withLock { $0 = true } }
            _ = try await transport.send(HTTPRequest(.get, url: try server.url()))
            #expect(server.openConnections == 1)
            #expect(!ended.withLock { $0 })
        }
        while !ended.withLock({ $0 }) || server.openConnections > 0 { try await Task.sleep(for: .milliseconds(1)) }
    }

    @Test func `a library that is missing is an answer`() async throws {
        let transport = CurlTransport(.plain, library: { CurlLibrary.load(["libnothing.so.4"]) })
        let detail = """
            the library libnothing.so.4 is not installed; Debian and Ubuntu have it in the package libcurl4, Fedora and \
            Alpine in libcurl
            """
        for _ in 1...2 {
            let failure = await transport.failure(HTTPRequest(.get, url: try HTTPURL("https://example.org/?a=b")))
            #expect(failure == HTTPFailure(.unavailable, origin: "https://example.org", detail: detail))
        }
    }

    @Test func `another library is none`() async throws {
        let transport = CurlTransport(.plain, library: { CurlLibrary.load(["libc.so.6"]) })
        let failure = await transport.failure(HTTPRequest(.get, url: try HTTPURL("https://example.org/")))
        #expect(failure?.kind == .unavailable)
        #expect(failure?.detail == "the library libc.so.6 lacks curl_global_init; version 7.68 and later have it")
    }
}

extension CurlSettings {
    /// No proxy, no certificates of its own.
    static let plain = CurlSettings(
        connectionsPerHost: 4,
        userAgent: "test",
        proxies: ProxyRules([:]),
        environment: [:]
    )
}
