public import PluginKit
internal import StateStore

/// What the world gives a plan: the plugins, the environment, the clock, a place for remarks.
public struct Services: Sendable {
    /// The plugins that files can name.
    public var registry: Registry
    /// The environment's variables.
    public var environment: [String: String]
    /// The clock.
    public var time: any TimeSource
    /// The time of day: no bookmark gets beyond it.
    public var clock: WallClock
    /// Where chance comes from.
    public var random: any RandomSource
    /// What carries requests to web servers.
    public var transport: any HTTPTransport
    /// Small values that outlive runs.
    public var kept: any StateValues
    /// What stages use together, also those of several pipelines.
    public var shared: SharedObjects
    /// Where stages say things.
    public var log: StageLog
    /// The folder in which things outlive a run; nil if nothing is to.
    public var stateFolder: String?
    /// Files of the command that starts the run, which no output may replace.
    public var reserved: [ReservedFile]

    /// What the world gives.
    ///
    /// If `clock` is nil, it shows the machine's time and goes as `time` does. If `kept` is nil, small values are kept in
    /// the state folder, or, without one, until the program ends.
    public init(
        registry: Registry,
        environment: [String: String] = [:],
        time: any TimeSource = SystemTime(),
        clock: WallClock? = nil,
        random: any RandomSource = SystemRandom(),
        transport: any HTTPTransport = NoTransport(),
        kept: (any StateValues)? = nil,
        shared: SharedObjects = SharedObjects(),
        log: StageLog = StageLog(),
        stateFolder: String? = nil,
        reserved: [ReservedFile] = []
    ) {
        self.registry = registry
        self.environment = environment
        self.time = time
        self.clock = clock ?? WallClock(time)
        self.random = random
        self.transport = transport
        self.kept = kept ?? stateFolder.map { StateValueStore(in: $0) } ?? InMemoryValues()
        self.shared = shared
        self.log = log
        self.stateFolder = stateFolder
        self.reserved = reserved
    }

    /// The clock of stages and layers.
    var stageTime: any TimeSource { StoppableTime(time) }
}
