public import PluginKit

/// Holds a layer that keeps answers to the laws of caches.
///
/// Each law is tried with a layer made anew, keys of its own and a clock that the contract moves. The options must not
/// shorten the time by chance, nor have answers given behind their time.
public enum CacheContract {
    /// What is known of the layer.
    public struct Promise: Sendable {
        /// How long an answer holds.
        public var ttl: Duration
        /// How many answers there may be; nil if that is not to be tried.
        public var entries: Int?
        /// Whether failures are remembered, too.
        public var remembersFailures: Bool

        /// What is known of the layer.
        ///
        /// - Parameters:
        ///   - ttl: How long an answer holds.
        ///   - entries: How many answers there may be; nil if that is not to be tried.
        ///   - remembersFailures: Whether failures are remembered, too.
        public init(ttl: Duration, entries: Int? = nil, remembersFailures: Bool = false) {
            self.ttl = ttl
            self.entries = entries
            self.remembersFailures = remembersFailures
        }
    }

    /// Tries all laws.
    ///
    /// - Parameters:
    ///   - layer: The layer.
    ///   - options: Its options, as lines of TOML.
    ///   - promise: What is known of it with these options.
    ///   - stateFolder: The folder in which it may keep things.
    /// - Throws: `ContractViolation`, or what the layer throws.
    public static func verify<Layer: Middleware>(
        _ layer: Layer.Type,
        options: String = "",
        promise: Promise,
        stateFolder: String? = nil
    ) async throws {
        let probe = { (law: ContractViolation.Law) in
            let time = ManualTime()
            let bench = Bench(time: time, layer: "cache", stateFolder: stateFolder)
            return CacheProbe(try bench.middleware(layer, options: options), time: time, law: law)
        }
        try await keptAnswers(probe(.keptAnswerIsGiven))
        try await ends(probe(.answerHoldsItsTime), ttl: promise.ttl)
        try await keys(probe(.answersKeepToTheirKeys))
        try await callsWithoutMemo(probe(.withoutMemoAlwaysCalled))
        try await forbidden(probe(.forbiddenIsNotKept), ttl: promise.ttl)
        if !promise.remembersFailures { try await failures(probe(.failureIsNotKept)) }
        try await many(probe(.oneCallForMany))
        try await cancelled(probe(.cancelledLeavesAlone))
        if let entries = promise.entries { try await bounds(probe(.boundsHold), entries: entries) }
        let bench = Bench(stateFolder: stateFolder)
        try await EngineTrial.verifyPlan(ofLayer: layer, options: options, on: bench)
    }

    private static func keptAnswers(_ probe: CacheProbe) async throws {
        for size in [0, 1, 100, 100_000] {
            for _ in 0..<3 { try await probe.expect("size \(size)", bytes: size, number: 1) }
        }
        await probe.finish()
        try await probe.expect("size 100", bytes: 100, number: 1)
    }

    private static func ends(_ probe: CacheProbe, ttl: Duration) async throws {
        try await probe.expect("a", number: 1)
        probe.time.advance(by: ttl - .milliseconds(1))
        try await probe.expect("a", number: 1)
        probe.time.advance(by: .milliseconds(1))
        try await probe.expect("a", number: 2)
        probe.time.advance(by: ttl - .milliseconds(1))
        try await probe.expect("a", number: 2)
    }

    private static func keys(_ probe: CacheProbe) async throws {
        for _ in 0..<2 {
            for number in 0..<200 { try await probe.expect("key \(number)", number: 1) }
        }
        // One bit is enough.
        for bit in 0..<64 {
            try await probe.expect("high \(bit)", key: CacheKey(high: 1 << UInt64(bit), low: 7), number: 1)
            try await probe.expect("low \(bit)", key: CacheKey(high: 7, low: 1 << UInt64(bit)), number: 1)
        }
    }

    private static func callsWithoutMemo(_ probe: CacheProbe) async throws {
        for number in 1...3 { try await probe.expect("a", hasMemo: false, number: number) }
    }

    private static func forbidden(_ probe: CacheProbe, ttl: Duration) async throws {
        for number in 1...3 { try await probe.expect("never", keeping: .no, number: number) }
        for number in 1...3 { try await probe.expect("not now", keeping: .atMost(.zero), number: number) }
        // A store behind the cache may have a clock of its own, which should not come so far meanwhile.
        let half = ttl / 2
        try await probe.expect("a while", keeping: .atMost(half), number: 1)
        try await probe.expect("a while", keeping: .atMost(half), number: 1)
        probe.time.advance(by: half)
        try await probe.expect("a while", keeping: .atMost(half), number: 2)
    }

    private static func failures(_ probe: CacheProbe) async throws {
        for _ in 0..<2 {
            do {
                _ = try await probe.call("a", failing: true)
                throw probe.violation("a call that failed had an answer")
            } catch is CacheProbe.Refused {}
        }
        do { try await probe.expect("a", number: 3) } catch is CacheProbe.Refused {
            throw probe.violation("after a failure no call was made")
        }
    }

    private static func many(_ probe: CacheProbe) async throws {
        let answers = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    probe.arrive()
                    return try await probe.call("cold", after: 100)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        guard answers == Array(repeating: 1, count: 100) else {
            throw probe.violation("a hundred who wanted one answer made \(answers.max() ?? 0) calls")
        }
    }

    private static func cancelled(_ probe: CacheProbe) async throws {
        let tasks = (0..<20).map { _ in
            Task {
                probe.arrive()
                return try await probe.call("cold", after: 21)
            }
        }
        await probe.wait(for: 20)
        // One of them makes the call; whoever it is, half of them go.
        for task in tasks[..<10] { task.cancel() }
        probe.arrive()
        for task in tasks[10...] {
            do { _ = try await task.value } catch {
                for task in tasks { task.cancel() }
                throw probe.violation("one who was not cancelled had '\(error)' instead of an answer")
            }
        }
        for task in tasks[..<10] { _ = await task.result }
        guard try await probe.call("cold") >= 1 else { throw probe.violation("there is no answer afterwards") }
    }

    private static func bounds(_ probe: CacheProbe, entries: Int) async throws {
        let count = entries * 3
        for number in 0..<count { _ = try await probe.call("\(number)") }
        await probe.finish()
        let calls = probe.calls
        // Those asked for last first, so that asking pushes nothing out that has not been counted yet.
        var kept = 0
        for number in (0..<count).reversed() where try await probe.call("\(number)", failing: true, orNil: true) != nil
        {
            kept += 1
        }
        guard kept <= entries else {
            throw probe.violation("\(kept) answers were kept after \(calls) calls, and \(entries) may be")
        }
    }
}
