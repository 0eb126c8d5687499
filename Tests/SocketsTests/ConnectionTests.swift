import Diagnostics
import PluginKit
import PluginTestKit
import Sockets
import TestTags
import Testing

@Suite(.tags(.fuzz, .server, .waits)) struct ConnectionTests {
    /// A listener at a free port of this machine, or at a path.
    static func listener(_ folder: TemporaryFolder? = nil) throws -> (Listener, Endpoint) {
        if let folder {
            let endpoint = Endpoint.file(folder.path("socket"))
            return (try Listener(at: endpoint), endpoint)
        }
        let listener = try Listener(at: .port(0, of: "127.0.0.1"))
        return (listener, .port(try #require(listener.port), of: "127.0.0.1"))
    }

    @Test(arguments: [false, true])
    func `bytes arrive whole and in order, however many`(isFile: Bool) throws {
        let folder = try TemporaryFolder()
        let (listener, endpoint) = try Self.listener(isFile ? folder : nil)
        let here = try Connection(to: endpoint, until: Deadline(in: .seconds(5)))
        let there = try #require(try listener.accept())
        var numbers = SeededNumbers(seed: 1)
        let sent = (0..<1_000_000).map { _ in UInt8(numbers.next(below: 256)) }
        // More than a socket holds: it is written and read at the same time.
        try OwnThread.start {
            try? here.write(sent, until: Deadline(in: .seconds(20)))
            here.shutDown()
        }
        var received: [UInt8] = []
        while try there.read(into: &received, atMost: 50_000, until: Deadline(in: .seconds(20))) > 0 {}
        #expect(received == sent)
    }

    @Test func `a name is looked up`() throws {
        let (listener, endpoint) = try Self.listener()
        guard case .port(let port, _) = endpoint else { return }
        // Where the name has two addresses, nobody listens at the other one.
        let here = try Connection(to: .port(port, of: "localhost"), until: Deadline(in: .seconds(5)))
        try here.write([1, 2], until: Deadline(in: .seconds(5)))
        var received: [UInt8] = []
        #expect(try listener.accept()?.read(into: &received, atMost: 1, until: Deadline(in: .seconds(5))) == 1)
        #expect(received == [1])
    }

    @Test func `a port or path at which no program listens is refused`() throws {
        let folder = try TemporaryFolder()
        let port = try Self.listener().1
        for endpoint in [port, .file(folder.path("socket"))] {
            #expect(throws: SocketFailure.refused) { try Connection(to: endpoint, until: Deadline(in: .seconds(5))) }
        }
    }

    @Test func `a name that cannot be is not resolved`() throws {
        let failure = #expect(throws: SocketFailure.self) {
            try Connection(to: .port(1, of: "no such name"), until: Deadline(in: .seconds(20)))
        }
        guard case .unresolved = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test func `a path that is too long is no endpoint`() throws {
        let endpoint = Endpoint.file(String(repeating: "a", count: 200))
        let failure = #expect(throws: SocketFailure.self) { try Connection(to: endpoint, until: .never) }
        #expect(failure?.diagnostic(.file("a")).message == "communication with 'a' failed: File name too long")
    }

    @Test func `no caller waits for longer than the deadline`() throws {
        let (listener, endpoint) = try Self.listener()
        let here = try Connection(to: endpoint, until: Deadline(in: .seconds(5)))
        let there = try #require(try listener.accept())
        var received: [UInt8] = []
        #expect(throws: SocketFailure.timedOut(.reading)) {
            try here.read(into: &received, atMost: 10, until: Deadline(in: .milliseconds(20)))
        }
        // The other side does not read, and no socket holds so much.
        #expect(throws: SocketFailure.timedOut(.writing)) {
            try here.write(Array(repeating: 0, count: 32 << 20), until: Deadline(in: .milliseconds(20)))
        }
        withExtendedLifetime(there) {}
    }

    @Test func `no caller waits for a place for longer than the deadline`() throws {
        let (listener, endpoint) = try Self.listener()
        // Nobody accepts, and so the queue of those who wait fills up; from then on nothing is answered.
        var waiting: [Connection] = []
        let failure = #expect(throws: SocketFailure.self) {
            for _ in 1...10_000 {
                waiting.append(try Connection(to: endpoint, until: Deadline(in: .milliseconds(200))))
            }
        }
        #expect(failure == .timedOut(.connecting))
        withExtendedLifetime(listener) {}
    }

    @Test func `the end of the other side is an end, and a cut is a cut`() throws {
        let (listener, endpoint) = try Self.listener()
        var received: [UInt8] = []
        let ended = try Connection(to: endpoint, until: Deadline(in: .seconds(5)))
        try #require(try listener.accept()).shutDown()
        #expect(try ended.read(into: &received, atMost: 10, until: Deadline(in: .seconds(5))) == 0)

        let cut = try Connection(to: endpoint, until: Deadline(in: .seconds(5)))
        try cut.write([1, 2, 3], until: Deadline(in: .seconds(5)))
        // Closed with bytes that nobody has read.
        do { _ = try listener.accept() }
        #expect(throws: SocketFailure.reset) {
            try cut.read(into: &received, atMost: 10, until: Deadline(in: .seconds(5)))
        }
        #expect(throws: SocketFailure.reset) { try cut.write([1], until: Deadline(in: .seconds(5))) }
    }

    @Test func `another thread can end a connection`() throws {
        let (listener, endpoint) = try Self.listener()
        let here = try Connection(to: endpoint, until: Deadline(in: .seconds(5)))
        let there = try #require(try listener.accept())
        try OwnThread.start { here.shutDown() }
        var received: [UInt8] = []
        #expect(try here.read(into: &received, atMost: 10, until: Deadline(in: .seconds(20))) == 0)
        withExtendedLifetime(there) {}
    }

    @Test func `one that waits is woken, now or next time`() throws {
        let (listener, endpoint) = try Self.listener()
        let here = try Connection(to: endpoint, until: Deadline(in: .seconds(5)))
        let wakeup = try Wakeup()
        wakeup.wake()
        wakeup.wake()
        here.wait(writing: false, or: wakeup, until: .never)
        let start = ContinuousClock.now
        here.wait(writing: false, or: wakeup, until: Deadline(in: .milliseconds(20)))
        #expect(ContinuousClock.now - start >= .milliseconds(20))
        withExtendedLifetime(listener) {}
    }

    @Test func `a listener stops while it waits`() async throws {
        let (listener, _) = try Self.listener()
        let connection = try await withCheckedThrowingContinuation { continuation in
            do {
                try OwnThread.start { continuation.resume(with: Result { try listener.accept() }) }
                try OwnThread.start { listener.stop() }
            } catch {
                continuation.resume(throwing: error)
            }
        }
        #expect(connection == nil)
        #expect(try listener.accept() == nil)
    }

    @Test func `a port has one listener, and is free when it has gone`() throws {
        let port = try {
            let (listener, endpoint) = try Self.listener()
            #expect(throws: SocketFailure.self) { try Listener(at: endpoint) }
            return listener.port
        }()
        #expect(try Listener(at: .port(try #require(port), of: "127.0.0.1")).port == port)
    }

    @Test(arguments: [
        (SocketFailure.refused, "nothing listens at '[::1]:80'", "socket.refused"),
        (.unresolved("why"), "the name in '[::1]:80' has no address: why", "socket.unresolved"),
        (.unreachable, "'[::1]:80' cannot be reached", "socket.unreachable"),
        (.reset, "the connection to '[::1]:80' was reset", "socket.reset"),
        (.closed, "the connection to '[::1]:80' is closed", "socket.closed"),
        (.timedOut(.resolving), "resolving the address of '[::1]:80' timed out", "socket.timeout"),
        (.timedOut(.connecting), "connecting to '[::1]:80' timed out", "socket.timeout"),
        (.timedOut(.reading), "reading from '[::1]:80' timed out", "socket.timeout"),
        (.timedOut(.writing), "sending to '[::1]:80' timed out", "socket.timeout"),
    ])
    func `each failure has its sentence`(failure: SocketFailure, message: String, code: String) {
        let diagnostic = failure.diagnostic(.port(80, of: "::1"))
        #expect(diagnostic.message == message)
        #expect(diagnostic.code.name == code)
    }
}
