import HTTP
import PluginKit
import PluginTestKit
import TestTags
import Testing

@Suite(.tags(.fuzz, .server, .waits)) struct CancellationTests {
    @Test func `a cancelled caller is resumed immediately, and the server sees the end`() async throws {
        let arrived = Locked(false)
        let ended = Locked(false)
        let server = try LoopbackServer { _, peer in
            arrived.withLock { $0 = true }
            await peer.waitForEnd()
            ended.withLock { $0 = true }
        }
        let transport = CurlTransport()
        let request = HTTPRequest(.get, url: try server.url(), limits: .generous)
        let task = Task { try await transport.send(request) }
        while !arrived.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(1)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        while !ended.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(1)) }
    }

    @Test func `a caller that is cancelled before asks nothing`() async throws {
        let server = try LoopbackServer { _, peer in await peer.answer() }
        let transport = CurlTransport()
        let request = HTTPRequest(.get, url: try server.url())
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await transport.send(request)
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(server.requests.isEmpty)
    }

    @Test func `a caller that waits for a connection can go`() async throws {
        let arrived = Locked(false)
        let server = try LoopbackServer { request, peer in
            guard request.target == "/first" else { return await peer.answer() }
            arrived.withLock { $0 = true }
            await peer.waitForEnd()
        }
        let transport = CurlTransport(connectionsPerHost: 1)
        let first = HTTPRequest(.get, url: try server.url("/first"), limits: .generous)
        let second = HTTPRequest(.get, url: try server.url("/second"), limits: .generous)
        let task = Task { try await transport.send(first) }
        while !arrived.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(1)) }
        let waiting = (1...10).map { _ in Task { try await transport.send(second) } }
        for task in waiting { task.cancel() }
        for task in waiting { await #expect(throws: CancellationError.self) { try await task.value } }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await transport.send(second).status == 200)
        #expect(server.requests.map(\.target) == ["/first", "/second"])
    }

    @Test func `thousands of cancellations meet answers, and each caller is resumed once`() async throws {
        let server = try LoopbackServer { _, peer in await peer.answer("200 OK", "fine") }
        let transport = CurlTransport(connectionsPerHost: 8)
        let request = HTTPRequest(.get, url: try server.url(), limits: .generous)
        var numbers = SeededNumbers(seed: 4)
        var answers = 0
        for _ in 1...100 {
            let tasks = (1...40).map { _ in Task { try await transport.send(request) } }
            for task in tasks {
                // From at once to about as long as an answer takes.
                for _ in 0..<numbers.next(below: 60) { await Task.yield() }
                task.cancel()
            }
            for task in tasks {
                do {
                    let response = try await task.value
                    #expect(response.text == "fine")
                    answers += 1
                } catch {
                    #expect(error is CancellationError)
                }
            }
        }
        #expect(answers > 0)
        #expect(answers < 4000)
        #expect(try await transport.send(request).text == "fine")
        // What was cancelled has given its connection back, or closed it.
        while server.openConnections > 8 { try await Task.sleep(for: .milliseconds(1)) }
    }
}
