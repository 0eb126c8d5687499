public import Pipelines
public import PluginKit

/// What runs need from outside: the plugins, the environment, the network, the clocks, and where files are.
///
/// It is a value that is handed down, so that a process can have several. Paths that are relative lead from the current
/// folder of the process.
public struct World: Sendable {
    /// The plugins that files can name.
    public var plugins: Registry
    /// The environment's variables.
    public var environment: [String: String]
    /// What carries requests to web servers.
    public var transport: any HTTPTransport
    /// The clock.
    public var time: any TimeSource
    /// The time of day; nil for the machine's, read when a pipeline begins.
    public var clock: WallClock?
    /// Where chance comes from.
    public var random: any RandomSource
    /// The folder in which checkpoints, bookmarks, locks and the history are.
    public var stateFolder: String
    /// Where pipelines and chains are found by name.
    public var pipelines: PipelineFolder
    /// Stops all jobs of the world, each with a checkpoint.
    public let interruption: RunControl
    /// What the stages of jobs use together that run at the same time, such as a limit of requests.
    let shared: SharedObjects

    /// A world.
    ///
    /// - Parameters:
    ///   - plugins: The plugins that files can name.
    ///   - environment: The environment's variables.
    ///   - transport: What carries requests to web servers; by default nothing does.
    ///   - time: The clock.
    ///   - clock: The time of day; nil for the machine's.
    ///   - random: Where chance comes from.
    ///   - stateFolder: The folder of the state, which is made when something is stored.
    ///   - pipelines: Where pipelines and chains are found by name.
    public init(
        plugins: Registry,
        environment: [String: String] = [:],
        transport: any HTTPTransport = NoTransport(),
        time: any TimeSource = SystemTime(),
        clock: WallClock? = nil,
        random: any RandomSource = SystemRandom(),
        stateFolder: String = ".sprocket",
        pipelines: PipelineFolder = PipelineFolder()
    ) {
        self.plugins = plugins
        self.environment = environment
        self.transport = transport
        self.time = time
        self.clock = clock
        self.random = random
        self.stateFolder = stateFolder
        self.pipelines = pipelines
        interruption = RunControl()
        shared = SharedObjects()
    }

    /// What a plan needs of the world.
    ///
    /// - Parameters:
    ///   - reserved: Files that no output may replace.
    ///   - shared: What the stages of the job use together.
    ///   - log: Where stages report.
    /// - Returns: The services.
    package func services(
        reserving reserved: [ReservedFile],
        shared: SharedObjects = SharedObjects(),
        log: StageLog = StageLog()
    ) -> Services {
        Services(
            registry: plugins,
            environment: environment,
            time: time,
            clock: clock,
            random: random,
            transport: transport,
            shared: shared,
            log: log,
            stateFolder: stateFolder,
            reserved: reserved
        )
    }
}
