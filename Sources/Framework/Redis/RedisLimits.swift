/// Timeouts and sizes for a client.
public struct RedisLimits: Sendable, Hashable {
    /// Timeout for connecting, including name resolution and login.
    public var connect: Duration
    /// Timeout for the server to accept or send anything while an answer is outstanding.
    public var command: Duration
    /// The pause after the first failed connection attempt; it doubles with each further failure.
    public var firstPause: Duration
    /// The longest pause between connection attempts.
    public var longestPause: Duration
    /// The largest answer, in bytes.
    public var largestAnswer: Int

    /// Creates limits.
    ///
    /// - Parameters:
    ///   - connect: Timeout for connecting.
    ///   - command: Timeout for a silent server while an answer is outstanding.
    ///   - firstPause: The pause after the first failed connection attempt.
    ///   - longestPause: The longest pause between connection attempts.
    ///   - largestAnswer: The largest answer, in bytes.
    public init(
        connect: Duration = .seconds(1),
        command: Duration = .milliseconds(500),
        firstPause: Duration = .milliseconds(50),
        longestPause: Duration = .seconds(5),
        largestAnswer: Int = 64 << 20
    ) {
        self.connect = connect
        self.command = command
        self.firstPause = firstPause
        self.longestPause = longestPause
        self.largestAnswer = largestAnswer
    }
}
