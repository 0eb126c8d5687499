public import PluginKit

/// What an account's service may use.
public struct AccountContext: Sendable, CustomReflectable {
    /// The environment's variables.
    public let environment: [String: String]
    /// The clock.
    public let time: any TimeSource
    /// The time of day.
    public let clock: WallClock
    /// Where chance comes from.
    public let random: any RandomSource
    /// Talks to web servers.
    public let http: HTTPClient
    /// Says a line to the person, at once.
    public let say: @Sendable (String) -> Void
    /// Where sign-ins are kept.
    public let credentials: CredentialStore

    /// A context.
    ///
    /// - Parameters:
    ///   - environment: The environment's variables.
    ///   - time: The clock.
    ///   - clock: The time of day; nil for the machine's, going as `time` does.
    ///   - random: Where chance comes from.
    ///   - http: Talks to web servers.
    ///   - credentials: Where sign-ins are kept.
    ///   - say: Says a line to the person.
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

    /// The service alone: the environment may hold what must not be shown.
    public var customMirror: Mirror { Mirror(self, children: ["service": credentials.service]) }
}
