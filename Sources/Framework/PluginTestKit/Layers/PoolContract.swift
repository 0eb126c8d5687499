internal import Diagnostics
public import PluginKit

/// Verifies that a layer limits the number of simultaneous calls.
public enum PoolContract {
    /// Makes calls that succeed, fail and are cancelled, more of them than there are places.
    ///
    /// - Parameters:
    ///   - middleware: The layer.
    ///   - places: The number of places with these options.
    ///   - options: Its options, as lines of TOML.
    ///   - bench: The bench that creates it.
    /// - Throws: `ContractViolation`, or what the layer throws while it is created.
    public static func verify<M: Middleware>(
        _ middleware: M.Type,
        places: Int,
        options: String,
        on bench: Bench = Bench()
    ) async throws {
        let layer = try bench.middleware(middleware, options: options)
        // One call is enough to lose a place; with many lost, the crowd would wait for ever.
        _ = try? await MiddlewareContract.make(layer, kind: .page, input: 1) { _ in
            throw Diagnostic("contract.failure", message: "this failure is permanent")
        }
        try await hold(layer, places: places)
        let most = await crowd(layer, places: places)
        guard most <= places else {
            throw ContractViolation(law: .neverMoreThanPlaces, detail: "there were \(most), and only \(places) places")
        }
        try await hold(layer, places: places)
        let order = await queue(layer, places: places)
        guard order == order.sorted() else {
            throw ContractViolation(law: .firstComesFirst, detail: "they came in the order \(order)")
        }
        try await EngineTrial.verifyPlan(ofLayer: middleware, options: options, on: bench)
    }

    /// The most calls that were inside at the same time.
    private static func crowd(_ layer: some Middleware, places: Int) async -> Int {
        let inside = Locked((now: 0, most: 0))
        await withTaskGroup { group in
            for number in 0..<(places * 6) {
                let task = Task {
                    _ = try await MiddlewareContract.make(layer, kind: .page, input: number) { input in
                        inside.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                        defer { inside.withLock { $0.now -= 1 } }
                        for _ in 0..<(10 + input % 7) { await Task.yield() }
                        if input % 3 == 0 { throw Diagnostic("contract.failure", message: "this failure is permanent") }
                        if input % 3 == 1 {
                            throw StageFailure.transient(Diagnostic("contract.busy", message: "this is transient"))
                        }
                        return input
                    }
                }
                group.addTask {
                    for _ in 0..<(number % 11) { await Task.yield() }
                    if number % 4 == 0 { task.cancel() }
                    _ = await task.result
                }
            }
        }
        return inside.withLock { $0.most }
    }

    /// Makes as many calls as there are places, which wait for one another.
    private static func hold(_ layer: some Middleware, places: Int) async throws {
        let inside = Locked(0)
        let calls = (0..<places).map { number in
            Task {
                try await MiddlewareContract.make(layer, kind: .page, input: number) { input in
                    inside.withLock { $0 += 1 }
                    while !Task.isCancelled { await Task.yield() }
                    return input
                }
            }
        }
        await patience { inside.withLock { $0 } == places }
        let count = inside.withLock { $0 }
        for call in calls { call.cancel() }
        // Those that still wait may wait for ever; they are not awaited.
        guard count == places else {
            throw ContractViolation(law: .placesComeBack, detail: "of \(places) places \(count) are left")
        }
        for call in calls { _ = await call.result }
    }

    /// The order in which calls enter that have queued for one place.
    private static func queue(_ layer: some Middleware, places: Int) async -> [Int] {
        let inside = Locked(0)
        let order = Locked<[Int]>([])
        let isOpen = Locked(false)
        let holders = (0..<places).map { number in
            Task {
                try await MiddlewareContract.make(layer, kind: .page, input: number) { input in
                    inside.withLock { $0 += 1 }
                    // The first one makes way, the others stay.
                    while input == 0 ? !isOpen.withLock({ $0 }) : !Task.isCancelled { await Task.yield() }
                    return input
                }
            }
        }
        await patience { inside.withLock { $0 } == places }
        var waiters: [Task<Int, any Error>] = []
        for number in 0..<5 {
            waiters.append(
                Task {
                    try await MiddlewareContract.make(layer, kind: .page, input: number) { input in
                        order.withLock { $0.append(input) }
                        for _ in 0..<5 { await Task.yield() }
                        return input
                    }
                }
            )
            for _ in 0..<200 { await Task.yield() }
        }
        isOpen.withLock { $0 = true }
        for waiter in waiters { _ = await waiter.result }
        for holder in holders { holder.cancel() }
        for holder in holders { _ = await holder.result }
        return order.withLock { $0 }
    }

    /// Lets other tasks run until a condition holds, or that has taken too long.
    private static func patience(_ isSo: () -> Bool) async {
        var turns = 0
        while !isSo(), turns < 20_000 {
            turns += 1
            await Task.yield()
        }
    }
}
