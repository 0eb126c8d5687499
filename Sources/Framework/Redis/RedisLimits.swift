/// How long a client waits, and for how much.
public struct RedisLimits: Sendable, Hashable {
    /// How long it may take to connect, looking up the name and being let in included.
    public var connect: Duration
    /// How long the server may neither take nor send anything, while it owes an answer.
    public var command: Duration
    /// How long it is before the next attempt to connect, behind one that failed; twice as long behind each further one.
    public var firstPause: Duration
    /// How long that becomes at most.
    public var longestPause: Duration
    /// How many bytes an answer may have.
    public var largestAnswer: Int

    /// Limits.
    ///
    /// - Parameters:
    ///   - connect: How long it may take to connect.
    ///   - command: How long the server may be silent while it owes an answer.
    ///   - firstPause: How long it is before the second attempt to connect.
    ///   - longestPause: How long it is between two attempts at most.
    ///   - largestAnswer: How many bytes an answer may have.
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
