public import PluginKit

/// What the world gives a plan: the plugins, the environment, the clock, a place for remarks.
public struct Services: Sendable {
    /// The plugins that files can name.
    public var registry: Registry
    /// The environment's variables.
    public var environment: [String: String]
    /// The clock.
    public var time: any TimeSource
    /// Where chance comes from.
    public var random: any RandomSource
    /// What carries requests to web servers.
    public var transport: any HTTPTransport
    /// Small values that outlive runs.
    public var kept: any KeptValues
    /// What stages use together, also those of several pipelines.
    public var shared: SharedObjects
    /// Where stages say things.
    public var log: StageLog

    /// What the world gives.
    public init(
        registry: Registry,
        environment: [String: String] = [:],
        time: any TimeSource = SystemTime(),
        random: any RandomSource = SystemRandom(),
        transport: any HTTPTransport = NoTransport(),
        kept: any KeptValues = ForgottenValues(),
        shared: SharedObjects = SharedObjects(),
        log: StageLog = StageLog()
    ) {
        self.registry = registry
        self.environment = environment
        self.time = time
        self.random = random
        self.transport = transport
        self.kept = kept
        self.shared = shared
        self.log = log
    }
}
