public import PluginKit

/// Holds a layer that paces calls to what that means.
public enum LimiterContract {
    /// Makes calls that come together and alone, in made-up time, and looks at every window of it.
    ///
    /// - Parameters:
    ///   - middleware: The layer.
    ///   - requests: How many calls a window may have with these options.
    ///   - per: How long a window is.
    ///   - options: Its options, as lines of TOML.
    ///   - seed: What arrivals are drawn from.
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
        let gone = Locked(0)
        let call: @Sendable () async throws -> Void = {
            _ = try await MiddlewareContract.make(layer, kind: .page, input: 1) { input in
                gone.withLock { $0 += 1 }
                return input
            }
        }
        let first = (0..<requests).map { _ in Task { try await call() } }
        await settle(time, per: per) { gone.withLock { $0 } == requests }
        for task in first { try await task.value }
        let before = gone.withLock { $0 }
        let stopped = (0..<requests).map { _ in Task { try await call() } }
        for _ in 0..<500 { await Task.yield() }
        for task in stopped { task.cancel() }
        for task in stopped { _ = await task.result }
        let others = (0..<requests).map { _ in Task { try await call() } }
        for _ in 0..<500 { await Task.yield() }
        // The window of the first ones is over, and nobody else has gone.
        await settle(time, per: per) { gone.withLock { $0 } == before + requests }
        let count = gone.withLock { $0 } - before
        for task in others { task.cancel() }
        for task in others { _ = await task.result }
        guard count == requests else {
            throw ContractViolation(law: .momentsComeBack, detail: "\(count) of \(requests) went in the next window")
        }
    }

    /// Moves the clock on by a window, in steps, until something is so.
    private static func settle(_ time: ManualTime, per: Duration, until isSo: () -> Bool) async {
        // What needs no time is waited for without: a clock that runs ahead of a busy machine opens another window.
        for _ in 0..<20_000 where !isSo() { await Task.yield() }
        for _ in 0..<100 {
            for _ in 0..<100 where !isSo() { await Task.yield() }
            if isSo() { return }
            time.advance(by: per / 100)
        }
        for _ in 0..<20_000 where !isSo() { await Task.yield() }
    }
}
