public import PluginKit

/// Verifies that a layer that caches answers obeys the laws of caches.
///
/// Each law is tested with a new layer, its own keys and a clock that the contract advances. The options must neither
/// shorten lifetimes at random nor allow answers after their lifetime.
public enum CacheContract {
    /// What the layer promises.
    public struct Promise: Sendable {
        /// The lifetime of an answer.
        public var ttl: Duration
        /// The most answers in the cache; nil if that is not to be tested.
        public var entries: Int?
        /// Whether failures are cached, too.
        public var cachesFailures: Bool

        /// Creates a promise.
        ///
        /// - Parameters:
        ///   - ttl: The lifetime of an answer.
        ///   - entries: The most answers in the cache; nil if that is not to be tested.
        ///   - cachesFailures: Whether failures are cached, too.
        public init(ttl: Duration, entries: Int? = nil, cachesFailures: Bool = false) {
            self.ttl = ttl
            self.entries = entries
            self.cachesFailures = cachesFailures
        }
    }

    /// Verifies all laws.
    ///
    /// - Parameters:
    ///   - layer: The layer.
    ///   - options: Its options, as lines of TOML.
    ///   - promise: What it promises with these options.
    ///   - stateFolder: The folder in which it may store data.
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
        try await callsWithoutIdentity(probe(.withoutIdentityAlwaysCalled))
        try await forbidden(probe(.forbiddenIsNotKept), ttl: promise.ttl)
        if !promise.cachesFailures { try await failures(probe(.failureIsNotKept)) }
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

    private static func callsWithoutIdentity(_ probe: CacheProbe) async throws {
        for number in 1...3 { try await probe.expect("a", hasIdentity: false, number: number) }
    }

    private static func forbidden(_ probe: CacheProbe, ttl: Duration) async throws {
        for number in 1...3 { try await probe.expect("never", keeping: .no, number: number) }
        for number in 1...3 { try await probe.expect("not now", keeping: .atMost(.zero), number: number) }
        // A store used by the cache may have a clock of its own, which should not advance that far in the meantime.
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
            throw probe.violation("a hundred callers of one key made \(answers.max() ?? 0) calls")
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
        // One of them makes the call; whichever it is, half of them are cancelled.
        for task in tasks[..<10] { task.cancel() }
        probe.arrive()
        for task in tasks[10...] {
            do { _ = try await task.value } catch {
                for task in tasks { task.cancel() }
                throw probe.violation("a caller that was not cancelled got '\(error)' instead of an answer")
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
        // The most recent first, so that these calls evict nothing that has not been counted yet.
        var kept = 0
        for number in (0..<count).reversed() where try await probe.call("\(number)", failing: true, orNil: true) != nil
        {
            kept += 1
        }
        guard kept <= entries else {
            throw probe.violation("\(kept) answers were kept after \(calls) calls, but at most \(entries) are allowed")
        }
    }
}
