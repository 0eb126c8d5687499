internal import Limits
internal import PluginKit

extension RateLimiter {
    /// Longer pauses are left to `retry`, which limits how long a wait may be.
    static let longestHold = Duration.seconds(600)

    /// The failure of a call that is not made because the server has asked for a pause longer than `longestHold`.
    static func paused(for left: Duration) -> StageFailure {
        .blocked(
            Diagnostic(
                "rate-limit.paused",
                message: "the server has asked for a pause of another \(left.words)",
                hint: "run it again then; it continues where it was"
            ),
            retryAfter: left
        )
    }
}
