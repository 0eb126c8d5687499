public import PluginKit

/// What the service of an account may use.
public struct AccountContext: Sendable, CustomReflectable {
    /// The environment's variables.
    public let environment: [String: String]
    /// The clock for waits and durations.
    public let time: any TimeSource
    /// The time of day.
    public let clock: WallClock
    /// The source of random numbers.
    public let random: any RandomSource
    /// The client for web servers.
    public let http: HTTPClient
    /// Shows a line to the user immediately.
    public let say: @Sendable (String) -> Void
    /// The store of sign-ins.
    public let credentials: CredentialStore

    /// Creates a context.
    ///
    /// - Parameters:
    ///   - environment: The environment's variables.
    ///   - time: The clock.
    ///   - clock: The time of day; nil for the machine's, advancing with `time`.
    ///   - random: The source of random numbers.
    ///   - http: The client for web servers.
    ///   - credentials: The store of sign-ins.
    ///   - say: Shows a line to the user.
    public init(
        environment: [String: String] = [:],
        time: any TimeSource = SystemTime(),
        clock: WallClock? = nil,
        random: any RandomSource = SystemRandom(),
        http: HTTPClient = HTTPClient(),
        credentials: CredentialStore,
        say: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.environment = environment
        self.time = time
        self.clock = clock ?? WallClock(time)
        self.random = random
        self.http = http
        self.credentials = credentials
        self.say = say
    }

    /// Shows only the service: the environment may contain secrets.
    public var customMirror: Mirror { Mirror(self, children: ["service": credentials.service]) }
}
