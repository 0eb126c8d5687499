import Diagnostics
import Glibc
import PluginKit
import PluginTestKit
import RedisServer
import Sockets
import TestTags
import Testing

@testable import Redis

@Suite(.tags(.fuzz, .server, .waits)) struct RedisClientTests {
    /// Limits that a test can wait for.
    static let limits = RedisLimits(
        connect: .seconds(5),
        command: .seconds(5),
        firstPause: .milliseconds(10),
        longestPause: .milliseconds(20),
        largestAnswer: 1 << 20
    )

    private func client(_ url: String, _ limits: RedisLimits = Self.limits) throws -> RedisClient {
        RedisClient(try RedisAddress(Secret(url)), limits: limits)
    }

    /// Waits until the server answers.
    private func returning(_ client: RedisClient) async throws {
        let deadline = Deadline(in: .seconds(20))
        while !deadline.isOver {
            if case .status? = try? await client.send(RedisCommand("PING")) { return }
            try await Task.sleep(for: .milliseconds(2))
        }
        Issue.record("the client does not come back")
    }

    @Test func `bytes of any kind and size come back as they were`() async throws {
        let server = try RedisServer()
        for url in [server.url, "unix://\(server.socket)?db=3"] {
            let client = try client(url)
            var numbers = SeededNumbers(seed: 4)
            for size in [0, 1, 100, 70_000, 1_000_000] {
                let value = (0..<size).map { _ in UInt8(numbers.next(below: 256)) }
                #expect(try await client.send(RedisCommand("SET", "key", .bytes(value))) == .status("OK"))
                #expect(try await client.send(RedisCommand("GET", "key")) == .bytes(value))
            }
            #expect(try await client.send(RedisCommand("GET", "other")) == .null)
        }
    }

    @Test func `each of many callers simultaneously gets its own answer, over one connection`() async throws {
        let server = try RedisServer()
        let client = try client(server.url)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<2000 {
                group.addTask {
                    let text = "value \(number)"
                    let answer = try await client.send(RedisCommand("ECHO", .text(text)))
                    #expect(answer.text == text)
                }
            }
            try await group.waitForAll()
        }
        #expect(client.counts == RedisCounts(commands: 2000, failures: 0, connections: 1, outages: 0))
    }

    @Test func `what the server refuses is reported, and the connection stays`() async throws {
        let server = try RedisServer()
        let client = try client(server.url)
        let failure = await #expect(throws: RedisFailure.self) { try await client.send(RedisCommand("GET")) }
        #expect(failure == .refused("ERR wrong number of arguments for 'get' command"))
        #expect(try await client.send(RedisCommand("ECHO", 5)).text == "5")
        #expect(client.counts == RedisCounts(commands: 2, failures: 1, connections: 1, outages: 0))
    }

    @Test func `a user and a password let in, and nothing else does`() async throws {
        let server = try RedisServer("--requirepass", "secret", "--user", "ann", "on", ">word", "~*", "+@all")
        for who in [":secret@", "ann:word@"] {
            let client = try client("redis://\(who)127.0.0.1:\(server.port)/1")
            #expect(try await client.send(RedisCommand("ECHO", "a")).text == "a")
        }
        for (who, word) in [("", "NOAUTH"), (":wrong@", "WRONGPASS"), ("ann:secret@", "WRONGPASS")] {
            let client = try client("redis://\(who)127.0.0.1:\(server.port)")
            await #expect(throws: RedisFailure.accessDenied(word)) { try await client.send(RedisCommand("ECHO", "a")) }
        }
    }

    @Test func `a database that is not there lets nobody in`() async throws {
        let server = try RedisServer()
        let client = try client(server.url + "/99")
        await #expect(throws: RedisFailure.accessDenied("ERR")) { try await client.send(RedisCommand("ECHO", "a")) }
    }

    @Test func `a server that is away costs one attempt, and comes back by itself`() async throws {
        let server = try RedisServer()
        server.kill()
        let client = try client(server.url)
        for _ in 1...3 {
            await #expect(throws: RedisFailure.down(.refused)) { try await client.send(RedisCommand("PING")) }
        }
        #expect(client.counts == RedisCounts(commands: 3, failures: 3, connections: 0, outages: 1))
        try server.start()
        try await returning(client)
        #expect(client.counts.connections == 1)
        #expect(client.counts.reconnects == 0)
    }

    @Test func `a server that is killed and started again is found again`() async throws {
        let server = try RedisServer()
        let client = try client(server.url)
        for round in 1...3 {
            try await returning(client)
            #expect(client.counts.connections == round)
            server.kill()
            await #expect(throws: RedisFailure.self) { try await client.send(RedisCommand("PING")) }
            try server.start()
        }
        try await returning(client)
        #expect(client.counts.reconnects == 3)
        #expect(client.counts.outages >= 3)
    }

    @Test func `a server that has fallen silent costs one time limit`() async throws {
        let server = try RedisServer()
        var limits = Self.limits
        (limits.connect, limits.command) = (.milliseconds(100), .milliseconds(100))
        let client = try client(server.url, limits)
        try await returning(client)
        try server.freeze()
        let start = ContinuousClock.now
        await #expect(throws: RedisFailure.lost(.timedOut(.reading))) { try await client.send(RedisCommand("PING")) }
        #expect(ContinuousClock.now - start >= .milliseconds(100))
        // From then on nobody waits, though the server takes connections.
        for _ in 1...1000 {
            await #expect(throws: RedisFailure.self) { try await client.send(RedisCommand("PING")) }
        }
        #expect(ContinuousClock.now - start < .seconds(30))
        try server.thaw()
        try await returning(client)
    }

    @Test func `what is large and moves on slowly has its time`() async throws {
        let listener = try Listener(at: .port(0, of: "127.0.0.1"))
        let port = try #require(listener.port)
        try OwnThread.start {
            let long = Deadline(in: .seconds(60))
            guard let connection = try? listener.accept() else { return }
            var input: [UInt8] = []
            // What says hello, and then much that is taken bit by bit.
            _ = try? connection.read(into: &input, atMost: 100, until: long)
            try? connection.write(Array("+PONG\r\n".utf8), until: long)
            for _ in 1...8 {
                usleep(300_000)
                input = []
                while input.count < 8 << 20, (try? connection.read(into: &input, atMost: 1 << 16, until: long)) ?? 0 > 0
                {}
            }
            for piece in ["$4\r\n", "do", "ne\r\n"] {
                usleep(200_000)
                try? connection.write(Array(piece.utf8), until: long)
            }
            usleep(200_000)
        }
        var limits = Self.limits
        limits.command = .seconds(2)
        let client = try client("redis://127.0.0.1:\(port)", limits)
        let start = ContinuousClock.now
        let value = [UInt8](repeating: 65, count: 66 << 20)
        #expect(try await client.send(RedisCommand("SET", "key", .bytes(value))).text == "done")
        #expect(ContinuousClock.now - start > .seconds(2))
    }

    @Test func `what is under way when the server dies is lost, and no caller waits`() async throws {
        let server = try RedisServer()
        let client = try client(server.url)
        try await returning(client)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 1...100 {
                group.addTask {
                    // Nobody ever puts anything there.
                    await #expect(throws: RedisFailure.self) {
                        try await client.send(RedisCommand("BLPOP", "nothing", 0))
                    }
                }
            }
            while client.counts.commands < 101 { try await Task.sleep(for: .milliseconds(1)) }
            server.kill()
            try await group.waitForAll()
        }
    }

    @Test func `a cancelled caller leaves immediately, and no caller gets another one's answer`() async throws {
        let server = try RedisServer()
        let client = try client(server.url)
        try await returning(client)
        for round in 0..<200 {
            await withTaskGroup { group in
                for number in 0..<8 {
                    group.addTask {
                        let text = "\(round) \(number)"
                        let answer = try? await client.send(RedisCommand("ECHO", .text(text))).text
                        #expect(answer == nil || answer == text)
                    }
                }
                if round % 2 == 0 { await Task.yield() }
                group.cancelAll()
            }
        }
        let waiting = Task { try await client.send(RedisCommand("BLPOP", "nothing", 0)) }
        try await Task.sleep(for: .milliseconds(5))
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }

    @Test func `a script is run, also by a server that has deleted it`() async throws {
        let server = try RedisServer()
        let client = try client(server.url)
        let script = RedisScript("return {KEYS[1], ARGV[1], redis.call('INCR', 'runs')}")
        for run in 1...3 {
            let answer = try await script.run(on: client, keys: ["a"], arguments: [7])
            #expect(answer == .array([.bytes([97]), .bytes([55]), .integer(Int64(run))]))
            _ = try await client.send(RedisCommand("SCRIPT", "FLUSH"))
        }
    }

    @Test func `what is no Redis server is recognised`() async throws {
        let listener = try Listener(at: .port(0, of: "127.0.0.1"))
        let port = try #require(listener.port)
        try OwnThread.start {
            while let connection = try? listener.accept() {
                try? connection.write(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), until: Deadline(in: .seconds(5)))
                connection.shutDown()
            }
        }
        let client = try client("redis://127.0.0.1:\(port)")
        await #expect(throws: RedisFailure.garbled("a line that begins with the byte 72")) {
            try await client.send(RedisCommand("PING"))
        }
        listener.stop()
    }

    @Test func `an answer that is too large ends the connection, and no more`() async throws {
        let server = try RedisServer()
        var limits = Self.limits
        limits.largestAnswer = 1000
        let client = try client(server.url, limits)
        _ = try await client.send(RedisCommand("SETRANGE", "key", 2000, "a"))
        await #expect(throws: RedisFailure.garbled("an answer of more than 1000 bytes")) {
            try await client.send(RedisCommand("GET", "key"))
        }
        try await returning(client)
    }

    @Test(arguments: [
        (RedisFailure.down(.refused), false), (.lost(.reset), false), (.garbled("why"), true),
        (.accessDenied("WRONGPASS"), true), (.accessDenied("NOAUTH"), true), (.accessDenied("NOPERM"), true),
        (.accessDenied("ERR"), true), (.accessDenied("DENIED"), true), (.accessDenied("LOADING"), false),
        (.accessDenied("MAXCLIENTS"), false), (.accessDenied("MASTERDOWN"), false),
        (.refused("NOPERM this user has no permissions to run the 'eval' command"), true),
        (.refused("ERR unknown command 'EVALSHA'"), true), (.refused("WRONGTYPE Operation against a key"), true),
        (.refused("OOM command not allowed when used memory > 'maxmemory'."), false),
        (.refused("ERR Error running script (call to f_1): @user_script:1: -OOM command not allowed"), false),
        (.refused("READONLY You can't write against a read only replica."), false), (.refused("BUSY Redis is"), false),
        (.refused("MISCONF Redis is configured to save RDB snapshots"), false),
    ])
    func `only what stays as it is lasts`(failure: RedisFailure, lasts: Bool) { #expect(failure.isLasting == lasts) }

    @Test func `a server with as many connections as it takes may have room in a moment`() async throws {
        let server = try RedisServer("--maxclients", "2")
        let others = try (0..<2).map { _ in try self.client(server.url) }
        for other in others { _ = try? await other.send(RedisCommand("PING")) }
        let client = try self.client(server.url)
        await #expect { _ = try await client.send(RedisCommand("PING")) } throws: { failure in
            (failure as? RedisFailure)?.isLasting == false
        }
        withExtendedLifetime(others) {}
    }

    @Test(arguments: [
        (RedisFailure.down(.refused), "nothing listens at '[::1]:80'", "redis.down"),
        (.lost(.reset), "the connection to '[::1]:80' was reset", "redis.down"),
        (.accessDenied("NOAUTH"), "the Redis server at '[::1]:80' denies access: NOAUTH", "redis.denied"),
        (.garbled("why"), "'[::1]:80' does not answer like a Redis server: why", "redis.garbled"),
        (.refused("ERR why"), "the Redis server at '[::1]:80' refuses a command: ERR why", "redis.refused"),
    ])
    func `each failure has its sentence`(failure: RedisFailure, message: String, code: String) {
        let diagnostic = failure.diagnostic(.port(80, of: "::1"))
        #expect(diagnostic.message == message)
        #expect(diagnostic.code.name == code)
    }
}
