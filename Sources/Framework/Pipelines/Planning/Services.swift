public import PluginKit
internal import StateStore

/// What a plan receives from the world: the plugins, the environment, the clock, a log.
public struct Services: Sendable {
    /// The plugins that files can name.
    public var registry: Registry
    /// The environment's variables.
    public var environment: [String: String]
    /// The clock for waits and durations.
    public var time: any TimeSource
    /// The time of day: no bookmark moves beyond it.
    public var clock: WallClock
    /// The source of random numbers.
    public var random: any RandomSource
    /// The transport for requests to web servers.
    public var transport: any HTTPTransport
    /// Small values that outlive runs.
    public var kept: any StateValues
    /// The objects that stages share, also those of several pipelines.
    public var shared: SharedObjects
    /// The log that stages report to.
    public var log: StageLog
    /// The folder for data that outlives a run; nil if there is none.
    public var stateFolder: String?
    /// Files of the command that starts the run, which no output may replace.
    public var reserved: [ReservedFile]

    /// Creates the services.
    ///
    /// If `clock` is nil, it starts with the machine's time and advances with `time`. If `kept` is nil, small values
    /// are stored in the state folder, or, without one, kept until the program ends.
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
