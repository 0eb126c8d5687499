import Diagnostics
import Glibc
import PluginKit
import PluginTestKit
import StandardMiddleware
import TestTags
import Testing

@Suite(.tags(.fuzz)) struct PoolTests {
    /// Calls through a pool that take a second each, all begun at once; `failing` says how every second one ends.
    private static func use(
        _ pool: Pool,
        calls: Int,
        _ time: ManualTime,
        places: Int,
        failing: (any Error)? = nil
    ) async {
        await withTaskGroup { group in
            for number in 0..<calls {
                group.addTask {
                    _ = try? await pool.call {
                        try await time.sleep(until: time.now + .seconds(1))
                        if let failing, number % 2 == 0 { throw failing }
                    }
                }
            }
            var left = calls
            while left > 0 {
                let round = min(places, left)
                await time.sleepers(atLeast: round)
                time.advance(by: .seconds(1))
                for _ in 0..<round { await group.next() }
                left -= round
            }
        }
    }

    @Test(arguments: [1, 3, 10])
    func `at most a number of calls is made at the same time`(places: Int) async throws {
        let time = ManualTime(sleepers: .wait)
        let pool = try Bench(time: time).middleware(Pool.self, options: "workers = \(places)")
        await Self.use(pool, calls: 60, time, places: places)
        #expect(pool.width == places)
        #expect(pool.figure("calls") == 60)
        #expect(pool.figure("places") == Double(places))
        #expect(pool.figure("most in use") == Double(places))
        #expect(pool.figure("mean in use") == Double(places))
        #expect(time.now == .seconds(60 / places))
    }

    @Test(
        arguments: CallKind.allCases,
        [
            CancellationError(), Diagnostic("test.broken", message: "broken"),
            StageFailure.transient(Diagnostic("test.busy", message: "busy")),
        ] as [any Error]
    )
    func `a call that fails or is stopped gives its place back`(kind: CallKind, failure: any Error) async throws {
        let time = ManualTime(sleepers: .wait)
        let pool = try Bench(time: time).middleware(
            Pool.self,
            options: "workers = 2\ncalls = [\"page\", \"\(kind.rawValue)\"]"
        )
        #expect(Pool.wraps.contains(kind))
        for _ in 1...5 { await #expect(throws: (any Error).self) { try await pool.call(kind) { throw failure } } }
        await Self.use(pool, calls: 8, time, places: 2, failing: failure)
        #expect(time.now == .seconds(4))
        #expect(pool.figure("transient failures") == (failure is StageFailure ? 9 : 0))
    }

    /// Whatever is cancelled when, in whichever order tasks run, every place is there in the end.
    @Test(arguments: UInt64(1)...30)
    func `no place is lost when calls are stopped at any moment`(seed: UInt64) async throws {
        let executor = SeededExecutor(seed: seed)
        let pool = WorkerPool(.fixed(3), most: 3, queue: 5, time: ManualTime())
        await withTaskExecutorPreference(executor) {
            await withTaskGroup { group in
                for number in 0..<40 {
                    group.addTask {
                        let task = Task {
                            let entered = try await pool.enter()
                            for _ in 0..<(number % 4) { await Task.yield() }
                            pool.leave(entered, outcome: .answered)
                        }
                        for _ in 0..<(number % 7) { await Task.yield() }
                        if number % 3 != 0 { task.cancel() }
                        _ = await task.result
                    }
                }
            }
            // All three can be had at once.
            for _ in 1...3 { _ = try? await pool.enter() }
        }
        #expect(pool.usage.mostInUse == 3)
    }

    @Test func `places are given out in the order in which they are asked for`() async throws {
        let time = ManualTime(sleepers: .wait)
        let pool = WorkerPool(.fixed(1), most: 1, queue: 100, time: time)
        let order = Locked<[Int]>([])
        let entered = try await pool.enter()
        await withTaskGroup { group in
            for number in 0..<10 {
                group.addTask {
                    guard let entered = try? await pool.enter() else { return }
                    order.withLock { $0.append(number) }
                    pool.leave(entered, outcome: .answered)
                }
                while pool.usage.mostWaiting <= number { await Task.yield() }
            }
            pool.leave(entered, outcome: .answered)
        }
        #expect(order.withLock { $0 } == Array(0..<10))
    }

    @Test func `one that is stopped while it waits frees its place in the queue`() async throws {
        let time = ManualTime()
        let pool = WorkerPool(.fixed(1), most: 1, queue: 1, time: time)
        let entered = try await pool.enter()
        let first = Task { try await pool.enter() }
        while pool.usage.mostWaiting < 1 { await Task.yield() }
        time.advance(by: .seconds(3))
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        #expect(pool.usage.waited == .seconds(3))
        let second = Task { try await pool.enter() }
        while pool.usage.calls < 2 {
            await Task.yield()
            if pool.usage.calls == 1, pool.usage.mostWaiting == 1 { pool.leave(entered, outcome: .answered); break }
        }
        _ = try await second.value
        #expect(pool.usage.overflows == 0)
        #expect(pool.usage.mostInUse == 1)
    }

    @Test func `a call inside of another uses the place of the outer one`() async throws {
        let pool = try Bench().middleware(Pool.self, options: "workers = 1\ncalls = [\"page\", \"exchange\"]")
        let answer = try await pool.call { try await pool.call(.exchange) { try await pool.call(.exchange) { 7 } } }
        #expect(answer == 7)
        #expect(pool.figure("calls") == 1)
    }

    @Test(arguments: [(per: "stage", calls: 1.0), ("layer", 2)])
    func `stages share the places if the options say so`(per: String, calls: Double) async throws {
        let bench = Bench(layer: "workers")
        let options = "workers = 4\nper = \"\(per)\""
        let one = try bench.middleware(Pool.self, options: options)
        let other = try bench.middleware(Pool.self, options: options)
        try await one.call {}
        try await other.call {}
        #expect(one.figure("calls") == calls)
    }

    @Test(arguments: [
        ("workers = 0", "0 is out of range"), ("workers = \"some\"", "expected a whole number, or \"adaptive\""),
        ("workers = true", "expected a whole number, or \"adaptive\""),
    ])
    func `a number of workers that is none is refused`(options: String, message: String) throws {
        let error = #expect(throws: DiagnosticList.self) { try Bench().middleware(Pool.self, options: options) }
        #expect(error?.all.first?.message.hasPrefix(message) == true)
    }

    @Test func `one that adapts begins with one place and is as wide as it may become`() throws {
        let pool = try Bench().middleware(Pool.self, options: "workers = \"adaptive\"\nmax_workers = 40")
        #expect(pool.width == 40)
        #expect(pool.figure("places") == 1)
    }

    @Test func `of calls with one key one at a time is made, and others beside it`() async throws {
        let time = ManualTime(sleepers: .wait)
        let pool = WorkerPool(.fixed(4), most: 4, queue: 100, time: time)
        let order = Locked<[String]>([])
        await withTaskGroup { group in
            var arrived = 0
            for name in ["a1", "a2", "b1", "a3", "b2"] {
                group.addTask {
                    guard let place = try? await pool.enter(key: String(name.prefix(1))) else { return }
                    order.withLock { $0.append(name) }
                    try? await time.sleep(until: time.now + .seconds(1))
                    pool.leave(place, outcome: .answered)
                }
                arrived += 1
                while pool.usage.inUse + pool.usage.waiting < arrived { await Task.yield() }
            }
            for round in 0..<3 {
                await time.sleepers(atLeast: round < 2 ? 2 : 1)
                #expect(pool.usage.inUse == (round < 2 ? 2 : 1))
                time.advance(by: .seconds(1))
                for _ in 0..<(round < 2 ? 2 : 1) { await group.next() }
            }
        }
        #expect(order.withLock { $0.filter { $0.hasPrefix("a") } } == ["a1", "a2", "a3"])
        #expect(order.withLock { $0.filter { $0.hasPrefix("b") } } == ["b1", "b2"])
        #expect(pool.usage.mostInUse == 2)
    }

    /// Whatever is cancelled when, nobody with the same key is in a place beside another, and every place is there.
    @Test(arguments: UInt64(1)...30)
    func `keys are free again when calls are stopped at any moment`(seed: UInt64) async throws {
        let executor = SeededExecutor(seed: seed)
        let pool = WorkerPool(.fixed(3), most: 3, queue: 5, time: ManualTime())
        let inside = Locked<[Int: Int]>([:])
        let crowded = Locked(0)
        await withTaskExecutorPreference(executor) {
            await withTaskGroup { group in
                for number in 0..<60 {
                    group.addTask {
                        let task = Task {
                            let key = number % 5
                            let place = try await pool.enter(key: "\(key)")
                            if inside.withLock({
                                $0[key, default: 0] += 1; return $0[key] ?? 0
                            }) > 1 {
                                crowded.withLock { $0 += 1 }
                            }
                            for _ in 0..<(number % 4) { await Task.yield() }
                            inside.withLock { $0[key, default: 0] -= 1 }
                            pool.leave(place, outcome: .answered)
                        }
                        for _ in 0..<(number % 7) { await Task.yield() }
                        if number % 3 != 0 { task.cancel() }
                        _ = await task.result
                    }
                }
            }
            for key in 0..<3 { _ = try? await pool.enter(key: "\(key)") }
        }
        #expect(crowded.withLock { $0 } == 0)
        #expect(pool.usage.mostInUse == 3)
        #expect(pool.usage.waiting == 0)
    }

    @Test func `a full queue refuses calls if the options say so`() async throws {
        let pool = try Bench().middleware(Pool.self, options: "workers = 1\nqueue = 0\nfull = \"fail\"")
        do {
            try await pool.call { try await pool.call {} }
            Issue.record("there was a place")
        } catch StageFailure.blocked(let diagnostic, _) {
            #expect(diagnostic.code == "pool.full")
            #expect(diagnostic.message == "0 calls wait for a place")
        }
        #expect(pool.figure("queue full") == 1)
        try await pool.call {}
    }

    @Test func `the end of a run waits for calls, but no longer than its limit`() async throws {
        let time = ManualTime(sleepers: .wait)
        let log = StageLog()
        let pool = try Bench(log: log, time: time).middleware(Pool.self, options: "workers = 1\ndrain = \"3s\"")
        let call = Task { try await pool.call { try await time.sleep(until: .seconds(60)) } }
        await time.sleepers(atLeast: 1)
        let end = Task { await pool.finish() }
        await time.sleepers(atLeast: 2)
        time.advance(by: .seconds(3))
        await end.value
        #expect(log.all.map(\.message) == ["calls were still in progress 3 s after the end of the run: 1"])
        time.advance(by: .seconds(57))
        try await call.value
        await pool.finish()
        #expect(log.all.count == 1)
    }

    @Test func `utilisation is the part of the places that was in use`() async throws {
        let time = ManualTime(sleepers: .wait)
        let pool = WorkerPool(.fixed(4), most: 4, queue: 10, time: time)
        let one = try await pool.enter()
        time.advance(by: .seconds(1))
        pool.leave(one, outcome: .answered)
        #expect(pool.usage.utilisation == 0.25)
    }

    @Test func `how long calls have waited, and how many at most, is reported`() async throws {
        let time = ManualTime(sleepers: .wait)
        let pool = try Bench(time: time).middleware(Pool.self, options: "workers = 1")
        await withTaskGroup { group in
            for number in 1...3 {
                group.addTask { try? await pool.call { try await time.sleep(until: time.now + .seconds(1)) } }
                // One is inside; the others stand in the queue before the clock goes on.
                while pool.figure("waiting") != Double(number - 1) { await Task.yield() }
            }
            for _ in 1...3 {
                await time.sleepers(atLeast: 1)
                time.advance(by: .seconds(1))
                await group.next()
            }
        }
        #expect(pool.figure("time waited") == 3)
        #expect(pool.delaySeconds == ["pool": 3])
        #expect(pool.figure("most waiting") == 2)
        #expect(pool.figure("waiting") == 0)
    }

    @Test func `without a size there is a place for each processor`() throws {
        let pool = try Bench().middleware(Pool.self)
        #expect(pool.figure("places") == Double(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    }

    @Test func `one that adapts has more calls made simultaneously, as long as all are answered`() {
        let time = ManualTime()
        let pool = WorkerPool(.adaptive, most: 4, queue: 10, time: time)
        for _ in 0..<40 {
            var places: [WorkerPool.Place] = []
            while let place = pool.tryEnter() { places.append(place) }
            time.advance(by: .seconds(1))
            for place in places { pool.leave(place, outcome: .answered) }
        }
        #expect(pool.usage.places == 4)
        #expect(pool.usage.mostInUse == 4)
        // As soon as they are turned away, there are fewer.
        guard let place = pool.tryEnter() else { return }
        pool.leave(place, outcome: .overloaded)
        #expect(pool.usage.places == 3)
    }
}
