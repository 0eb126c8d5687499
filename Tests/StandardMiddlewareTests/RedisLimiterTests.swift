import Diagnostics
import Foundation
import Glibc
import PluginKit
import PluginTestKit
import Redis
import RedisServer
import Sockets
import StandardMiddleware
import TestTags
import Testing
import Redis

@Suite(.tags(.crash, .process, .server, .waits)) struct RedisLimiterTests {
    private func options(_ server: RedisServer, requests: Int, per: String, _ more: String = "") -> String {
        """
        shared = "redis"
        url = "\(server.url)"
        requests = \(requests)
        per = "\(per)"
        timeout = "5s"
        connect_timeout = "5s"
        \(more)
        """
    }

    /// A layer of another machine, for all that it knows.
    private func layer(_ options: String, time: any TimeSource = SystemTime(), log: StageLog = StageLog()) throws
        -> RateLimit
    {
        try Bench(log: log, time: time, layer: "shared").middleware(RateLimit.self, options: options)
    }

    /// Whether no window holds more than so many; times are nanoseconds.
    private func check(_ times: [Int], requests: Int, per: Duration) {
        let sorted = times.sorted()
        let window = Int(per / .nanoseconds(1))
        for (first, last) in zip(sorted, sorted.dropFirst(requests)) where last - first < window {
            Issue.record("\(requests + 1) calls within \((last - first) / 1000) µs")
            return
        }
    }

    @Test func `two machines never exceed the limit together`() async throws {
        let server = try RedisServer()
        let layers = try (0..<2).map { _ in try layer(options(server, requests: 10, per: "1s")) }
        let times = Locked<[Int]>([])
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<30 {
                group.addTask {
                    try await layers[number % 2].call {
                        let now = Int((ContinuousClock.now - start) / .nanoseconds(1))
                        times.withLock { $0.append(now) }
                    }
                }
            }
            try await group.waitForAll()
        }
        let all = times.withLock { $0 }
        #expect(all.count == 30)
        check(all, requests: 10, per: .seconds(1))
        #expect(layers.map { $0.figure("calls") } == [15, 15])
        #expect(layers.map { $0.figure("redis failures") } == [0, 0])
    }

    @Test func `processes that are killed, and a server too, leave no window with more`() async throws {
        let server = try RedisServer()
        let options = options(server, requests: 10, per: "400ms", "patience = \"30s\"")
        let folder = try TemporaryFolder()
        let processes = try (0..<3).map { number in
            try Child(
                LimiterProgram.path,
                [options, number == 0 ? "1000" : "30", "4"],
                output: folder.path("\(number)")
            )
        }
        func times(_ number: Int) throws -> [Int] {
            try folder.text(of: "\(number)").split(separator: "\n").compactMap { Int($0) }
        }
        func awaitCalls(_ count: Int) async throws {
            let deadline = ContinuousClock.now + .seconds(20)
            while try times(0).count < count, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(2))
            }
            #expect(try times(0).count >= count)
        }
        try await awaitCalls(6)
        server.kill()
        try await Task.sleep(for: .milliseconds(50))
        try await onOwnThread { try server.start() }
        try await awaitCalls(12)
        processes[0].kill()
        #expect(try await processes[1].code == 0)
        #expect(try await processes[2].code == 0)
        #expect(try times(1).count == 30)
        #expect(try times(2).count == 30)
        check(try times(0) + times(1) + times(2), requests: 10, per: .milliseconds(400))
    }

    @Test func `a place that is given up is another one's`() async throws {
        let server = try RedisServer()
        // Nobody's moment comes: what is seen is what the server has promised.
        let time = ManualTime(sleepers: .wait)
        let layer = try layer(options(server, requests: 10, per: "60s"), time: time)
        func places(free: Int) async throws -> [String] {
            let commands = ["LLEN {sprocket:limit:shared}:turns", "ZCARD {sprocket:limit:shared}:free"]
            let deadline = ContinuousClock.now + .seconds(20)
            while ContinuousClock.now < deadline {
                let answers = try commands.map { try server.answers(to: $0)[0] }
                if answers[1] == ":\(free)" { return answers }
                try await Task.sleep(for: .milliseconds(2))
            }
            return try commands.map { try server.answers(to: $0)[0] }
        }
        var callers: [Task<Void, any Error>] = []
        for count in 1...3 {
            callers.append(Task { try await layer.call {} })
            await time.sleepers(atLeast: count)
        }
        #expect(try await places(free: 0) == [":3", ":0"])
        callers[1].cancel()
        await #expect(throws: CancellationError.self) { try await callers[1].value }
        #expect(try await places(free: 1) == [":3", ":1"])
        callers.append(Task { try await layer.call {} })
        await time.sleepers(atLeast: 3)
        #expect(try await places(free: 0) == [":3", ":0"])
        for caller in callers { caller.cancel() }
        for caller in callers { _ = await caller.result }
    }

    @Test func `a pause that a server asks for holds on all machines`() async throws {
        let server = try RedisServer()
        let options = options(server, requests: 10, per: "200ms")
        let (one, two) = (try layer(options), try layer(options))
        try await two.call {}
        let script = Script(.busy(retryAfter: .milliseconds(800)))
        for layer in [one, two] {
            let start = ContinuousClock.now
            await #expect(throws: StageFailure.self) { try await one.call { try script.next() } }
            // The other machine is told by the server, and that is not waited for.
            if layer.figure("server pauses") == 0 { try await Task.sleep(for: .milliseconds(100)) }
            try await layer.call {}
            #expect(ContinuousClock.now - start >= .milliseconds(800))
        }
        #expect(one.figure("server pauses") == 2)
    }

    @Test func `others with other numbers are not let in`() async throws {
        let server = try RedisServer()
        try await layer(options(server, requests: 10, per: "200ms")).call {}
        let other = try layer(options(server, requests: 20, per: "200ms", "burst = 5"))
        let error = await #expect(throws: Diagnostic.self) { try await other.call {} }
        #expect(
            error?.description == """
                error[rate-limit.differs]: on the Redis server this limit is configured differently: 10 calls per 200 ms, \
                burst 10
                  hint: configure all users of the limit equally, or give this one another key; the server deletes a \
                limit that is unused for two windows
                """
        )
    }

    @Test func `without a server calls wait, and fail in passing when it takes too long`() async throws {
        let server = try RedisServer()
        server.kill()
        let (time, log) = (ManualTime(), StageLog())
        let layer = try layer(options(server, requests: 10, per: "1s", "patience = \"90s\""), time: time, log: log)
        let failure = await #expect(throws: StageFailure.self) { try await layer.call {} }
        guard case .blocked(let diagnostic, nil) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        let place = "the Redis server at '127.0.0.1:\(server.port)' of the limit"
        #expect(diagnostic.message == "\(place) has been unavailable for 90 s")
        #expect(time.now == .seconds(90))
        #expect(log.all.map(\.message) == ["\(place) is unavailable: calls wait until it is available"])
        #expect(log.all.map(\.severity) == [.warning])
        #expect(layer.figure("redis outages") == 1)
        #expect(layer.figure("calls") == 0)
        let told = layer.measurements.filter { $0.definition?.name.hasPrefix("sprocket_redis_") == true }
        #expect(told.map(\.definition) == [.redisOutages, .redisReconnects, .redisDegraded])
        #expect(told.map(\.value) == [.number(1), .number(0), .number(1)])
    }

    @Test func `without a server calls may keep to a part of the limit`() async throws {
        let server = try RedisServer()
        server.kill()
        let (time, log) = (ManualTime(), StageLog())
        let more = "without_server = \"local\"\nshare = 0.25"
        let layer = try layer(options(server, requests: 8, per: "1s", more), time: time, log: log)
        for _ in 1...5 { try await layer.call {} }
        #expect(time.now == .seconds(2))
        #expect(layer.figure("turns without redis") == 5)
        #expect(layer.figure("calls in an outage") == 5)
        #expect(
            log.all.map(\.message) == [
                """
                the Redis server at '127.0.0.1:\(server.port)' of the limit is unavailable: calls keep to 25 % \
                of the limit until it is available
                """
            ]
        )
    }

    @Test(arguments: [
        ("per = \"1s\"", "rate-limit.url", "the URL of the limit's Redis server is missing"),
        (
            "per = \"99ms\"\nurl = \"redis://h\"", "rate-limit.window",
            "a window of 99 ms is too short for a limit that several processes share"
        ),
        (
            "url = \"redis://:secret@\"", "redis.url",
            "this is not the URL of a Redis server: it names no host"
        ),
    ])
    func `what cannot be shared is refused`(options: String, code: String, message: String) {
        let error = #expect(throws: Diagnostic.self) { try layer("shared = \"redis\"\nrequests = 5\n" + options) }
        #expect(error?.code.name == code)
        #expect(error?.message == message)
    }
}

/// The program that makes calls through a shared limit: it lies beside these tests.
private enum LimiterProgram {
    static let path: String = {
        let tests =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        var folder = URL(fileURLWithPath: tests).deletingLastPathComponent()
        while folder.path != "/" {
            let program = folder.appendingPathComponent("LimiterProgram").path
            if FileManager.default.isExecutableFile(atPath: program) { return program }
            folder.deleteLastPathComponent()
        }
        return "LimiterProgram"
    }()
}

/// A process whose output goes to a file.
private final class Child: Sendable {
    private let process = Process()

    init(_ path: String, _ arguments: [String], output: String) throws {
        _ = FileManager.default.createFile(atPath: output, contents: nil)
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardOutput = FileHandle(forWritingAtPath: output)
        try process.run()
    }

    deinit { if process.isRunning { kill() } }

    func kill() { Glibc.kill(process.processIdentifier, SIGKILL) }

    /// The code with which it ends.
    var code: Int32 {
        get async throws {
            try await onOwnThread { [process] in
                process.waitUntilExit()
                return process.terminationStatus
            }
        }
    }
}
