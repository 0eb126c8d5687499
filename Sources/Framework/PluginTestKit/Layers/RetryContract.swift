internal import Diagnostics
public import PluginKit

/// Holds a layer that makes failed calls again to what that means, in made-up time.
public enum RetryContract {
    /// What the layer allows itself with its options.
    public struct Bounds: Sendable {
        /// How often a call is tried in all, the first time included.
        public var attempts: Int
        /// How long after its first attempt a call may still be tried.
        public var elapsed: Duration
        /// The longest pause behind the first attempt, the second, and so on; the last one behind all further ones.
        public var ceilings: [Duration]

        /// What a layer allows itself.
        ///
        /// - Parameters:
        ///   - attempts: How often a call is tried in all, at least 2.
        ///   - elapsed: How long after its first attempt a call may still be tried; more than the pauses take together.
        ///   - ceilings: The longest pause behind each attempt, at least one.
        public init(attempts: Int, elapsed: Duration, ceilings: [Duration]) {
            precondition(attempts >= 2 && !ceilings.isEmpty, "a layer that repeats has pauses")
            self.attempts = attempts
            self.elapsed = elapsed
            self.ceilings = ceilings
        }

        func ceiling(behind attempt: Int) -> Duration { ceilings[min(attempt, ceilings.count) - 1] }
    }

    /// Makes calls that fail in all ways, and looks at how often and when they are tried.
    ///
    /// - Parameters:
    ///   - middleware: The layer.
    ///   - bounds: What it allows itself with these options.
    ///   - options: Its options, as lines of TOML.
    ///   - kind: The kind of call that it repeats.
    ///   - seed: What pauses are drawn from.
    /// - Throws: `ContractViolation`, or what the layer throws while it is made.
    public static func verify<M: Middleware>(
        _ middleware: M.Type,
        bounds: Bounds,
        options: String = "",
        kind: CallKind = .page,
        seed: UInt64 = 1
    ) async throws {
        let trial = RetryTrial(bounds: bounds, kind: kind) { time, random in
            try Bench(time: time, random: random).middleware(M.self, options: options)
        }
        try await trial.passing()
        try await trial.lasting()
        try await trial.attempts()
        try await trial.elapsed()
        try await trial.pauses(seed)
        try await trial.askedPause()
        try await trial.cancellation()
        try await EngineTrial.verifyPlan(ofLayer: middleware, options: options, on: Bench())
    }
}
