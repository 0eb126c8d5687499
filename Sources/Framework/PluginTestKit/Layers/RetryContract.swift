internal import Diagnostics
public import PluginKit

/// Verifies that a layer retries failed calls, in simulated time.
public enum RetryContract {
    /// The limits of the layer with its options.
    public struct Bounds: Sendable {
        /// The most attempts of a call, including the first.
        public var attempts: Int
        /// How long after its first attempt a call may still be retried.
        public var elapsed: Duration
        /// The longest pause after the first attempt, the second, and so on; the last one applies to all further
        /// attempts.
        public var ceilings: [Duration]

        /// Creates the limits of a layer.
        ///
        /// - Parameters:
        ///   - attempts: The most attempts of a call, at least 2.
        ///   - elapsed: How long after its first attempt a call may still be retried; longer than all pauses together.
        ///   - ceilings: The longest pause after each attempt, at least one.
        public init(attempts: Int, elapsed: Duration, ceilings: [Duration]) {
            precondition(attempts >= 2 && !ceilings.isEmpty, "a layer that retries has pauses")
            self.attempts = attempts
            self.elapsed = elapsed
            self.ceilings = ceilings
        }

        func ceiling(after attempt: Int) -> Duration { ceilings[min(attempt, ceilings.count) - 1] }
    }

    /// Makes calls that fail in all ways, and checks how often and when they are attempted.
    ///
    /// - Parameters:
    ///   - middleware: The layer.
    ///   - bounds: Its limits with these options.
    ///   - options: Its options, as lines of TOML.
    ///   - kind: The kind of call that it retries.
    ///   - seed: The seed of the pauses.
    /// - Throws: `ContractViolation`, or what the layer throws while it is created.
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
