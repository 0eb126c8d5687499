/// A layer that lets calls in and sees them out, and leaves the calls themselves alone: a pool, a limiter, a counter.
///
/// What it does in `handle` is done without waiting wherever it can be: then neither closure nor task frame has to be made
/// for it, and several gates behind each other take as long as one other layer. A gate that lets every call in at once
/// needs no `handle` of its own.
///
///     handle      let in, as soon as it may ──→ next ──→ leave
///     the stack   enterAtOnce ─────────────────→ next ──→ leave ──→ recover, if it failed       nil: handle
public protocol Gate: Middleware {
    /// The clock that its moments are of.
    var time: any TimeSource { get }

    /// How long a call may take that is let in at once; nil for as long as it takes. Default: nil.
    ///
    /// One that takes longer is given up, and has failed with `TimeLimit.Exceeded`.
    var limit: TimeLimit? { get }

    /// Lets a call in at once.
    ///
    /// It is asked only about calls of the kinds in `calls`.
    ///
    /// - Parameters:
    ///   - kind: What the call does.
    ///   - moment: The time, in nanoseconds of the clock.
    /// - Returns: What `leave` is to know; nil if the call has to wait, or fail, or needs something round it, which is up
    ///   to `handle` then.
    func enterAtOnce(_ kind: CallKind, at moment: Int64) -> GatePass?

    /// Sees a call out that was let in at once.
    ///
    /// - Parameters:
    ///   - pass: What `enterAtOnce` has returned.
    ///   - kind: What the call did.
    ///   - error: What it has thrown; nil if it was answered.
    ///   - moment: The time, in nanoseconds of the clock.
    func leave(_ pass: GatePass, _ kind: CallKind, _ error: (any Error)?, at moment: Int64)

    /// Whether it has something to do for a call that has failed behind it. Default: no.
    func recovers(from error: any Error) -> Bool

    /// Answers a call that was let in at once and has failed. Default: throws what it has thrown.
    ///
    /// It is asked when the call was seen out, and only if it has said that it recovers from the error.
    ///
    /// - Parameters:
    ///   - call: The call.
    ///   - error: What it has thrown.
    ///   - pass: What `enterAtOnce` has returned.
    ///   - next: Makes the call once more, without the gate's limit.
    /// - Returns: The answer that there is after all.
    /// - Throws: What becomes of the call otherwise.
    func recover<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        from error: any Error,
        _ pass: GatePass,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output
}

extension Gate {
    /// As long as it takes.
    public var limit: TimeLimit? { nil }
    /// No.
    public func recovers(from error: any Error) -> Bool { false }

    /// Makes the call as the stack does, for a gate that lets every call in at once.
    public func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        let moment = time.nanoseconds
        guard calls.contains(call.kind), let pass = enterAtOnce(call.kind, at: moment) else {
            return try await next(call)
        }
        do {
            let output: Output
            if let limit {
                // What is inside may be another layer that waits, whatever the call does.
                output = try await limit.within(waits: call.kind == .write, since: moment) { try await next(call) }
            } else {
                output = try await next(call)
            }
            leave(pass, call.kind, nil, at: time.nanoseconds)
            return output
        } catch {
            leave(pass, call.kind, error, at: time.nanoseconds)
            guard recovers(from: error) else { throw error }
            return try await recover(call, from: error, pass, next: next)
        }
    }

    /// Throws the error.
    public func recover<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        from error: any Error,
        _ pass: GatePass,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        throw error
    }
}

/// What a gate wants to know when a call leaves.
///
/// Two numbers, so that those of all gates need no memory of their own.
public struct GatePass: Sendable {
    /// A moment, in nanoseconds of its clock.
    public var moment: Int64
    /// A number.
    public var number: Int

    /// What a gate wants to know.
    public init(moment: Int64 = 0, number: Int = 0) {
        self.moment = moment
        self.number = number
    }
}
