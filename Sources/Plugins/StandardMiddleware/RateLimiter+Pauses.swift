internal import Limits
internal import PluginKit

extension RateLimiter {
    /// What is longer is not a pause within a limit: `retry` knows how long a wait may be.
    static let longestHold = Duration.seconds(600)

    /// A call that is not let through, because the other side has asked for a longer pause than is waited for here.
    static func paused(for left: Duration) -> StageFailure {
        .blocked(
            Diagnostic(
                "rate-limit.paused",
                message: "the server has asked to be left alone for another \(left.words)",
                hint: "run it again then; it continues where it was"
            ),
            retryAfter: left
        )
    }
}
