import Limits
import PluginKit

/// A layer that lets two calls in at a time and two in a second, with one flaw or none.
struct FlawedLayer: Middleware {
    enum Flaw: String, CaseIterable, OptionValue {
        case none, answersItself, hidesFailures, hidesCancellation, wrapsOthers
        case hasAPlaceMore, keepsPlacesOfFailed, lastComesFirst
        case countsByTheSecond, keepsMomentsOfStopped
    }

    static let name = "flawed"
    static let summary = "Lets calls in, with a flaw."
    static let wraps: Set<CallKind> = [.page, .write]

    struct Options: OptionGroup {
        @Option("What is wrong with it.") var flaw = Flaw.none
        @Option("Whether it paces calls.") var paces = false
    }

    let calls: Set<CallKind> = [.page]
    private let flaw: Flaw
    private let limiter: RateLimiter?
    private let time: any TimeSource
    private let state: Locked<State>

    private struct State {
        var free: Int
        var waiters: [CheckedContinuation<Void, Never>] = []
        var second = 0
        var inSecond = 0
    }

    init(_ options: Options, in context: StageContext) {
        flaw = options.flaw
        time = context.time
        limiter = options.paces ? RateLimiter(requests: 2, per: .seconds(1), time: context.time) : nil
        state = Locked(State(free: options.flaw == .hasAPlaceMore ? 3 : 2))
    }

    func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        guard calls.contains(call.kind) else {
            if flaw == .wrapsOthers { _ = try? await next(call) }
            return try await next(call)
        }
        try await pace()
        await enter()
        do {
            let output = try await next(call)
            leave()
            if flaw == .answersItself, let other = 5 as? Output { return other }
            return output
        } catch {
            if flaw != .keepsPlacesOfFailed { leave() }
            if flaw == .hidesCancellation, error is CancellationError {
                throw Diagnostic("flawed.end", message: "it ended")
            }
            if flaw == .hidesFailures, error is Diagnostic { throw Diagnostic("flawed.failed", message: "it failed") }
            throw error
        }
    }

    private func pace() async throws {
        guard let limiter else { return }
        switch flaw {
        case .countsByTheSecond:
            while true {
                let second = Int(time.now / .seconds(1))
                let goes = state.withLock { state in
                    if state.second != second { (state.second, state.inSecond) = (second, 0) }
                    state.inSecond += 1
                    return state.inSecond <= 2
                }
                if goes { return }
                try await time.sleep(until: .seconds(second + 1))
            }
        case .keepsMomentsOfStopped:
            do {
                try await limiter.turn()
            } catch {
                // Somebody else has it whom nobody knows.
                Task.detached { try await limiter.turn() }
                throw error
            }
        default: try await limiter.turn()
        }
    }

    private func enter() async {
        await withCheckedContinuation { waiter in
            let isIn = state.withLock { state in
                guard state.free > 0 else {
                    state.waiters.append(waiter)
                    return false
                }
                state.free -= 1
                return true
            }
            if isIn { waiter.resume() }
        }
    }

    private func leave() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.waiters.isEmpty else {
                state.free += 1
                return nil
            }
            return flaw == .lastComesFirst ? state.waiters.removeLast() : state.waiters.removeFirst()
        }
        waiter?.resume()
    }
}
