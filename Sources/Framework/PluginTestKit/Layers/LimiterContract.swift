public import PluginKit

/// Verifies that a layer limits the rate of calls.
public enum LimiterContract {
    /// Makes calls together and alone, in simulated time, and checks every window.
    ///
    /// - Parameters:
    ///   - middleware: The layer.
    ///   - requests: The most calls in a window with these options.
    ///   - per: The length of a window.
    ///   - options: Its options, as lines of TOML.
    ///   - seed: The seed of the arrivals.
    /// - Throws: `ContractViolation`, or what the layer throws.
    public static func verify<M: Middleware>(
        _ middleware: M.Type,
        requests: Int,
        per: Duration,
        options: String,
        seed: UInt64 = 1
    ) async throws {
        var numbers = SeededNumbers(seed: seed)
        let time = ManualTime()
        let layer = try Bench(time: time).middleware(middleware, options: options)
        try await EngineTrial.verifyPlan(ofLayer: middleware, options: options, on: Bench(time: ManualTime()))
        var departures: [Duration] = []
        for number in 0..<(requests * 6) {
            if numbers.next(below: 3) == 0 { time.advance(by: per * numbers.next(below: 1500) / 1000) }
            _ = try await MiddlewareContract.make(layer, kind: .page, input: number) { $0 }
            departures.append(time.now)
        }
        for index in requests..<departures.count where departures[index] < departures[index - requests] + per {
            throw ContractViolation(
                law: .noWindowIsFuller,
                detail: "\(requests + 1) calls went from \(departures[index - requests]) to \(departures[index])"
            )
        }
        try await cancellation(middleware, requests: requests, per: per, options: options)
    }

    private static func cancellation<M: Middleware>(
        _ middleware: M.Type,
        requests: Int,
        per: Duration,
        options: String
    ) async throws {
        let time = ManualTime(sleepers: .wait)
        let layer = try Bench(time: time).middleware(middleware, options: options)
        let departed = Locked(0)
        let call: @Sendable () async throws -> Void = {
            _ = try await MiddlewareContract.make(layer, kind: .page, input: 1) { input in
                departed.withLock { $0 += 1 }
                return input
            }
        }
        let first = (0..<requests).map { _ in Task { try await call() } }
        await settle(time, per: per) { departed.withLock { $0 } == requests }
        for task in first { try await task.value }
        let before = departed.withLock { $0 }
        let stopped = (0..<requests).map { _ in Task { try await call() } }
        for _ in 0..<500 { await Task.yield() }
        for task in stopped { task.cancel() }
        for task in stopped { _ = await task.result }
        let others = (0..<requests).map { _ in Task { try await call() } }
        for _ in 0..<500 { await Task.yield() }
        // The window of the first calls is over, and no other call has been made.
        await settle(time, per: per) { departed.withLock { $0 } == before + requests }
        let count = departed.withLock { $0 } - before
        for task in others { task.cancel() }
        for task in others { _ = await task.result }
        guard count == requests else {
            throw ContractViolation(law: .slotsAreReturned, detail: "\(count) of \(requests) went in the next window")
        }
    }

    /// Advances the clock by a window, in steps, until a condition holds.
    private static func settle(_ time: ManualTime, per: Duration, until isSo: () -> Bool) async {
        // Conditions that need no time are awaited without it: a clock that runs ahead of a busy machine opens another
        // window.
        for _ in 0..<20_000 where !isSo() { await Task.yield() }
        for _ in 0..<100 {
            for _ in 0..<100 where !isSo() { await Task.yield() }
            if isSo() { return }
            time.advance(by: per / 100)
        }
        for _ in 0..<20_000 where !isSo() { await Task.yield() }
    }
}
