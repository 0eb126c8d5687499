internal import Diagnostics
internal import PluginKit

/// Calls that fail, and when each attempt of them began.
struct RetryTrial<Layer: Middleware>: Sendable {
    let bounds: RetryContract.Bounds
    let kind: CallKind
    let make: @Sendable (any TimeSource, any RandomSource) throws -> Layer

    /// An end that tells one attempt from another.
    private static func busy(_ attempt: Int, retryAfter: Duration? = nil) -> StageFailure {
        .transient(
            Diagnostic("contract.busy", message: "attempt \(attempt) came at a bad time"),
            retryAfter: retryAfter
        )
    }

    /// What a layer inside throws that lets nobody through.
    private static var closed: StageFailure {
        .blocked(Diagnostic("contract.closed", message: "nobody is let through"))
    }

    private func draw(_ number: Double) -> any RandomSource { SameDraw(number: number) }

    /// Makes a call, and notes when its attempts begin.
    ///
    /// - Parameters:
    ///   - time: The clock.
    ///   - random: Where pauses are drawn from.
    ///   - attempt: What becomes of an attempt, by its number from 1.
    /// - Returns: When the attempts began, and what became of the call.
    /// - Throws: what the layer throws while it is made.
    private func call(
        _ time: ManualTime,
        random: any RandomSource,
        attempt: @escaping @Sendable (Int) throws -> Int
    ) async throws -> (moments: [Duration], result: Result<Int, any Error>) {
        let layer = try make(time, random)
        let moments = Locked<[Duration]>([])
        let most = bounds.attempts * 3
        do {
            let answer = try await MiddlewareContract.make(layer, kind: kind, input: 1) { _ in
                let number = moments.withLock { moments in
                    moments.append(time.now)
                    return moments.count
                }
                // One that never ends would be tried for ever.
                if number > most { throw Diagnostic("contract.enough", message: "there were too many attempts") }
                return try attempt(number)
            }
            return (moments.withLock { $0 }, .success(answer))
        } catch {
            return (moments.withLock { $0 }, .failure(error))
        }
    }

    func passing() async throws {
        let last = bounds.attempts
        for failures in 1..<last {
            let (moments, result) = try await call(ManualTime(), random: draw(0)) { number in
                if number <= failures { throw number == 2 ? Self.closed : Self.busy(number) }
                return number
            }
            guard case .success(failures + 1) = result, moments.count == failures + 1 else {
                throw ContractViolation(
                    law: .passingIsRepeated,
                    detail: "a call that fails \(failures) times was tried \(moments.count) times, of \(last) allowed"
                )
            }
        }
    }

    func lasting() async throws {
        let failures: [any Error] = [
            Diagnostic("contract.failure", message: "this is wrong for good"), UnknownFailure(), CancellationError(),
            StageFailure.badBatch(Diagnostic("contract.refused", message: "this cannot be taken")),
            StageFailure.sourceChanged(Diagnostic("contract.moved", message: "this is not what it was")),
        ]
        for failure in failures {
            let (moments, result) = try await call(ManualTime(), random: draw(0)) { _ in throw failure }
            guard moments.count == 1 else {
                throw ContractViolation(
                    law: .lastingIsNotRepeated,
                    detail: "\(failure) was tried \(moments.count) times"
                )
            }
            guard case .failure(let error) = result, "\(error)" == "\(failure)" else {
                throw ContractViolation(law: .failuresPass, detail: "\(failure) came out as \(result)")
            }
        }
    }

    func attempts() async throws {
        let (moments, result) = try await call(ManualTime(), random: draw(0)) { throw Self.busy($0, retryAfter: .zero) }
        guard moments.count <= bounds.attempts else {
            throw ContractViolation(
                law: .attemptsAreBounded,
                detail: "\(bounds.attempts) attempts are allowed, and there were \(moments.count)"
            )
        }
        guard case .failure(StageFailure.transient(let diagnostic, let retryAfter)) = result,
            diagnostic.code == "contract.busy", retryAfter == .zero,
            diagnostic.message.hasPrefix("attempt \(moments.count) came at a bad time")
        else {
            throw ContractViolation(
                law: .lastFailureIsTold,
                detail: "\(moments.count) attempts failed in passing, and the call came out as \(result)"
            )
        }
    }

    /// Attempts that take long themselves, and pauses as long and as short as can be.
    func elapsed() async throws {
        for number in [0, 0.999] {
            let time = ManualTime()
            let length = bounds.elapsed * 2 / 5
            let (moments, _) = try await call(time, random: draw(number)) { attempt in
                time.advance(by: length)
                throw Self.busy(attempt)
            }
            if let late = moments.last, late > bounds.elapsed {
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
            let (moments, _) = try await call(ManualTime(), random: random) { throw Self.busy($0) }
            let pauses = zip(moments, moments.dropFirst()).map { $1 - $0 }
            for (index, pause) in pauses.enumerated() where pause > bounds.ceiling(behind: index + 1) {
                throw ContractViolation(
                    law: .pausesAreDrawn,
                    detail: "the pause behind attempt \(index + 1) was \(pause) of \(bounds.ceiling(behind: index + 1))"
                )
            }
            all.append(pauses)
        }
        for (index, (short, long)) in zip(all[0], all[1]).enumerated() {
            let ceiling = bounds.ceiling(behind: index + 1)
            guard ceiling > .zero, short > ceiling / 10 || long < ceiling * 9 / 10 else { continue }
            throw ContractViolation(
                law: .pausesAreDrawn,
                detail: "pauses behind attempt \(index + 1) are \(short) to \(long), with a ceiling of \(ceiling)"
            )
        }
    }

    func askedPause() async throws {
        let asked = bounds.elapsed / 2
        let (moments, _) = try await call(ManualTime(), random: draw(0)) { number in
            if number == 1 { throw Self.busy(number, retryAfter: asked) }
            return number
        }
        guard moments.count == 2, moments[1] >= asked, moments[1] <= asked + bounds.ceiling(behind: 1) else {
            throw ContractViolation(
                law: .askedPauseIsKept,
                detail: "a pause of \(asked) was asked for, and attempts began at \(moments)"
            )
        }
        let time = ManualTime()
        let (tried, result) = try await call(time, random: draw(0)) {
            throw Self.busy($0, retryAfter: self.bounds.elapsed * 2)
        }
        guard tried.count == 1, time.now == .zero else {
            throw ContractViolation(
                law: .askedPauseIsKept,
                detail: "a pause of \(bounds.elapsed * 2) was asked for, and the call ended after \(time.now)"
            )
        }
        guard case .failure(StageFailure.transient(_, let retryAfter)) = result, retryAfter == bounds.elapsed * 2 else {
            throw ContractViolation(law: .lastFailureIsTold, detail: "the pause that was asked for is not told on")
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
            let what = end.withLock { $0 }.map { "ended with \($0)" } ?? "goes on"
            // Whoever sleeps on is woken, to be gone before the next test.
            time.advance(by: bounds.elapsed * 10)
            throw ContractViolation(law: .cancellationEndsPause, detail: "a call that was stopped in a pause \(what)")
        }
    }

    /// Lets others go on until something is so, or it has taken too long to become so.
    private static func patience(_ isSo: () -> Bool) async {
        for _ in 0..<20_000 where !isSo() { await Task.yield() }
    }
}

/// A failure of which nobody has heard.
private struct UnknownFailure: Error {}

/// Chance that always draws the same.
private struct SameDraw: RandomSource {
    let number: Double
    func next() -> Double { number }
}

/// Chance that repeats itself with its seed.
private final class SeededDraw: RandomSource {
    private let numbers: Locked<SeededNumbers>

    init(seed: UInt64) { numbers = Locked(SeededNumbers(seed: seed)) }

    func next() -> Double { numbers.withLock { Double($0.next(below: 1 << 30)) / Double(1 << 30) } }
}
