internal import Diagnostics
internal import PluginKit

/// Calls that fail, and the times of their attempts.
struct RetryTrial<Layer: Middleware>: Sendable {
    let bounds: RetryContract.Bounds
    let kind: CallKind
    let make: @Sendable (any TimeSource, any RandomSource) throws -> Layer

    /// A transient failure whose message identifies the attempt.
    private static func busy(_ attempt: Int, retryAfter: Duration? = nil) -> StageFailure {
        .transient(
            Diagnostic("contract.busy", message: "attempt \(attempt) came at a bad time"),
            retryAfter: retryAfter
        )
    }

    /// The error of an inner layer that blocks all calls.
    private static var closed: StageFailure {
        .blocked(Diagnostic("contract.closed", message: "all calls are blocked"))
    }

    private func draw(_ number: Double) -> any RandomSource { SameDraw(number: number) }

    /// Makes a call, and records the times of its attempts.
    ///
    /// - Parameters:
    ///   - time: The clock.
    ///   - random: The source of random pauses.
    ///   - attempt: Performs an attempt, by its number from 1.
    /// - Returns: The times of the attempts, and the result of the call.
    /// - Throws: What the layer throws while it is created.
    private func call(
        _ time: ManualTime,
        random: any RandomSource,
        attempt: @escaping @Sendable (Int) throws -> Int
    ) async throws -> (starts: [Duration], result: Result<Int, any Error>) {
        let layer = try make(time, random)
        let starts = Locked<[Duration]>([])
        let most = bounds.attempts * 3
        do {
            let answer = try await MiddlewareContract.make(layer, kind: kind, input: 1) { _ in
                let number = starts.withLock { starts in
                    starts.append(time.now)
                    return starts.count
                }
                // A call that never succeeds would be retried for ever.
                if number > most { throw Diagnostic("contract.enough", message: "there were too many attempts") }
                return try attempt(number)
            }
            return (starts.withLock { $0 }, .success(answer))
        } catch {
            return (starts.withLock { $0 }, .failure(error))
        }
    }

    func passing() async throws {
        let last = bounds.attempts
        for failures in 1..<last {
            let (starts, result) = try await call(ManualTime(), random: draw(0)) { number in
                if number <= failures { throw number == 2 ? Self.closed : Self.busy(number) }
                return number
            }
            guard case .success(failures + 1) = result, starts.count == failures + 1 else {
                throw ContractViolation(
                    law: .transientIsRetried,
                    detail: "a call that fails \(failures) times was tried \(starts.count) times, of \(last) allowed"
                )
            }
        }
    }

    func lasting() async throws {
        let failures: [any Error] = [
            Diagnostic("contract.failure", message: "this failure is permanent"), UnknownFailure(), CancellationError(),
            StageFailure.badBatch(Diagnostic("contract.refused", message: "this cannot be taken")),
            StageFailure.sourceChanged(Diagnostic("contract.moved", message: "this is not what it was")),
        ]
        for failure in failures {
            let (starts, result) = try await call(ManualTime(), random: draw(0)) { _ in throw failure }
            guard starts.count == 1 else {
                throw ContractViolation(
                    law: .permanentIsNotRetried,
                    detail: "\(failure) was tried \(starts.count) times"
                )
            }
            guard case .failure(let error) = result, "\(error)" == "\(failure)" else {
                throw ContractViolation(law: .failuresPass, detail: "\(failure) ended with \(result)")
            }
        }
    }

    func attempts() async throws {
        let (starts, result) = try await call(ManualTime(), random: draw(0)) { throw Self.busy($0, retryAfter: .zero) }
        guard starts.count <= bounds.attempts else {
            throw ContractViolation(
                law: .attemptsAreBounded,
                detail: "\(bounds.attempts) attempts are allowed, but there were \(starts.count)"
            )
        }
        guard case .failure(StageFailure.transient(let diagnostic, let retryAfter)) = result,
            diagnostic.code == "contract.busy", retryAfter == .zero,
            diagnostic.message.hasPrefix("attempt \(starts.count) came at a bad time")
        else {
            throw ContractViolation(
                law: .lastFailureIsReported,
                detail: "\(starts.count) attempts failed with transient errors, and the call ended with \(result)"
            )
        }
    }

    /// Attempts that take long themselves, and the longest and shortest pauses.
    func elapsed() async throws {
        for number in [0, 0.999] {
            let time = ManualTime()
            let length = bounds.elapsed * 2 / 5
            let (starts, _) = try await call(time, random: draw(number)) { attempt in
                time.advance(by: length)
                throw Self.busy(attempt)
            }
            if let late = starts.last, late > bounds.elapsed {
                throw ContractViolation(
                    law: .elapsedIsBounded,
                    detail: "an attempt began \(late) after the first, and \(bounds.elapsed) are allowed"
                )
            }
        }
    }

    func pauses(_ seed: UInt64) async throws {
        let draws: [any RandomSource] = [draw(0), draw(0.999), SeededDraw(seed: seed)]
        var all: [[Duration]] = []
        for random in draws {
            let (starts, _) = try await call(ManualTime(), random: random) { throw Self.busy($0) }
            let pauses = zip(starts, starts.dropFirst()).map { $1 - $0 }
            for (index, pause) in pauses.enumerated() where pause > bounds.ceiling(after: index + 1) {
                throw ContractViolation(
                    law: .pausesAreDrawn,
                    detail: "the pause after attempt \(index + 1) was \(pause) of \(bounds.ceiling(after: index + 1))"
                )
            }
            all.append(pauses)
        }
        for (index, (short, long)) in zip(all[0], all[1]).enumerated() {
            let ceiling = bounds.ceiling(after: index + 1)
            guard ceiling > .zero, short > ceiling / 10 || long < ceiling * 9 / 10 else { continue }
            throw ContractViolation(
                law: .pausesAreDrawn,
                detail: "pauses after attempt \(index + 1) are \(short) to \(long), with a ceiling of \(ceiling)"
            )
        }
    }

    func askedPause() async throws {
        let asked = bounds.elapsed / 2
        let (starts, _) = try await call(ManualTime(), random: draw(0)) { number in
            if number == 1 { throw Self.busy(number, retryAfter: asked) }
            return number
        }
        guard starts.count == 2, starts[1] >= asked, starts[1] <= asked + bounds.ceiling(after: 1) else {
            throw ContractViolation(
                law: .askedPauseIsKept,
                detail: "a pause of \(asked) was requested, and attempts began at \(starts)"
            )
        }
        let time = ManualTime()
        let (tried, result) = try await call(time, random: draw(0)) {
            throw Self.busy($0, retryAfter: self.bounds.elapsed * 2)
        }
        guard tried.count == 1, time.now == .zero else {
            throw ContractViolation(
                law: .askedPauseIsKept,
                detail: "a pause of \(bounds.elapsed * 2) was requested, and the call ended after \(time.now)"
            )
        }
        guard case .failure(StageFailure.transient(_, let retryAfter)) = result, retryAfter == bounds.elapsed * 2 else {
            throw ContractViolation(law: .lastFailureIsReported, detail: "the requested pause is not reported")
        }
    }

    func cancellation() async throws {
        let time = ManualTime(sleepers: .wait)
        let layer = try make(time, draw(0.999))
        let (attempts, end) = (Locked(0), Locked<(any Error)?>(nil))
        let kind = kind
        let task = Task {
            do {
                _ = try await MiddlewareContract.make(layer, kind: kind, input: 1) { _ in
                    let number = attempts.withLock { attempts in
                        attempts += 1
                        return attempts
                    }
                    throw Self.busy(number)
                }
            } catch {
                end.withLock { $0 = error }
            }
        }
        await Self.patience { attempts.withLock { $0 } == 1 }
        for _ in 0..<500 { await Task.yield() }
        task.cancel()
        await Self.patience { end.withLock { $0 } != nil }
        guard let error = end.withLock({ $0 }), error is CancellationError, attempts.withLock({ $0 }) == 1 else {
            let what = end.withLock { $0 }.map { "ended with \($0)" } ?? "continues"
            // A call that still sleeps is woken, so that it ends before the next test.
            time.advance(by: bounds.elapsed * 10)
            throw ContractViolation(law: .cancellationEndsPause, detail: "a call that was stopped in a pause \(what)")
        }
    }

    /// Lets other tasks run until a condition holds, or that has taken too long.
    private static func patience(_ isSo: () -> Bool) async {
        for _ in 0..<20_000 where !isSo() { await Task.yield() }
    }
}

/// A failure that no layer knows.
private struct UnknownFailure: Error {}

/// Random numbers that are always the same.
private struct SameDraw: RandomSource {
    let number: Double
    func next() -> Double { number }
}

/// Random numbers that are the same for the same seed.
private final class SeededDraw: RandomSource {
    private let numbers: Locked<SeededNumbers>

    init(seed: UInt64) { numbers = Locked(SeededNumbers(seed: seed)) }

    func next() -> Double { numbers.withLock { Double($0.next(below: 1 << 30)) / Double(1 << 30) } }
}
