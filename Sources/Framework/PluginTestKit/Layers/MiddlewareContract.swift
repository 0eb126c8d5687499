internal import Diagnostics
public import PluginKit

/// Verifies that a layer obeys the laws of middleware.
public enum MiddlewareContract {
    /// Makes calls of every kind through a layer, one by one and many at the same time, that succeed, fail or are
    /// cancelled.
    ///
    /// - Parameters:
    ///   - middleware: The layer.
    ///   - options: Its options, as lines of TOML.
    ///   - bench: The bench that creates it.
    /// - Throws: `ContractViolation`, or what the layer throws while it is created.
    public static func verify<M: Middleware>(
        _ middleware: M.Type,
        options: String = "",
        on bench: Bench = Bench()
    ) async throws {
        let layer = try bench.middleware(middleware, options: options)
        for kind in CallKind.allCases where M.wraps.contains(kind) {
            for isDirect in [false, true] {
                try await answers(layer, kind: kind, isDirect: isDirect)
                try await failures(layer, kind: kind, isDirect: isDirect)
                try await manyAtOnce(layer, kind: kind, isDirect: isDirect)
                if !layer.calls.contains(kind) { try await isLeftAlone(layer, kind: kind, isDirect: isDirect) }
            }
        }
        await layer.finish()
        try await EngineTrial.verifyPlan(ofLayer: middleware, options: options, on: bench)
    }

    private static func answers(_ layer: some Middleware, kind: CallKind, isDirect: Bool) async throws {
        let answer = try await make(layer, kind: kind, input: 20, isDirect: isDirect) { $0 + 1 }
        guard answer == 21 else {
            throw ContractViolation(law: .answersPass, detail: "a \(kind.rawValue) had \(answer) instead of 21")
        }
    }

    private static func failures(_ layer: some Middleware, kind: CallKind, isDirect: Bool) async throws {
        let failure = Diagnostic("contract.failure", message: "this failure is permanent", category: .environment)
        do {
            let answer = try await make(layer, kind: kind, input: 1, isDirect: isDirect) { _ in throw failure }
            throw ContractViolation(law: .failuresPass, detail: "a \(kind.rawValue) had \(answer) instead of a failure")
        } catch let error as ContractViolation {
            throw error
        } catch {
            guard let same = error as? Diagnostic, same.code == failure.code, same.message == failure.message,
                same.category == failure.category
            else {
                throw ContractViolation(law: .failuresPass, detail: "a \(kind.rawValue) failed with \(error)")
            }
        }
        do {
            let answer = try await make(layer, kind: kind, input: 1, isDirect: isDirect) { _ in
                throw CancellationError()
            }
            throw ContractViolation(law: .cancellationPasses, detail: "a \(kind.rawValue) had \(answer)")
        } catch let error as ContractViolation {
            throw error
        } catch {
            guard error is CancellationError else {
                throw ContractViolation(law: .cancellationPasses, detail: "a \(kind.rawValue) failed with \(error)")
            }
        }
    }

    private static func manyAtOnce(_ layer: some Middleware, kind: CallKind, isDirect: Bool) async throws {
        let wrong = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<50 {
                group.addTask {
                    let answer = try await make(layer, kind: kind, input: number, isDirect: isDirect) { input in
                        for _ in 0..<(input % 5) { await Task.yield() }
                        return input * 2
                    }
                    return answer == number * 2
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 0 : 1 }
        }
        guard wrong == 0 else {
            throw ContractViolation(law: .answersPass, detail: "\(wrong) of 50 simultaneous calls had another answer")
        }
    }

    private static func isLeftAlone(_ layer: some Middleware, kind: CallKind, isDirect: Bool) async throws {
        let attempts = Locked(0)
        let busy = StageFailure.transient(Diagnostic("contract.busy", message: "this failure is transient"))
        do {
            _ = try await make(layer, kind: kind, input: 1, isDirect: isDirect) { _ in
                attempts.withLock { $0 += 1 }
                throw busy
            }
        } catch {
            // The call is expected to fail.
        }
        let count = attempts.withLock { $0 }
        guard count == 1 else {
            throw ContractViolation(law: .othersAreLeftAlone, detail: "a \(kind.rawValue) was made \(count) times")
        }
    }

    /// Makes a call through a layer.
    ///
    /// - Parameters:
    ///   - layer: The layer.
    ///   - kind: The kind of the call.
    ///   - input: The input of the call.
    ///   - isDirect: Whether `handle` is called whatever the kind is; otherwise the call is made as the engine makes
    ///     it.
    ///   - operation: Answers the call.
    /// - Returns: The answer.
    /// - Throws: What the layer throws.
    static func make(
        _ layer: some Middleware,
        kind: CallKind,
        input: Int,
        isDirect: Bool = false,
        operation: @escaping @Sendable (Int) async throws -> Int
    ) async throws -> Int {
        let call = Call<Int, Int>(kind, stage: "bench", input: input)
        if isDirect { return try await layer.handle(call) { try await operation($0.input) } }
        return try await MiddlewareStack([layer]).run(call, operation: operation)
    }
}
