public import Pipelines
public import PluginKit

/// The environment of runs: plugins, environment variables, network, clocks, and the locations of files.
///
/// It is a value that is passed on, so a process can have several. Relative paths are relative to the current folder of
/// the process.
public struct World: Sendable {
    /// The plugins that files can name.
    public var plugins: Registry
    /// The environment's variables.
    public var environment: [String: String]
    /// The transport for requests to web servers.
    public var transport: any HTTPTransport
    /// The clock for waits and durations.
    public var time: any TimeSource
    /// The time of day; nil for the machine's, read when a pipeline starts.
    public var clock: WallClock?
    /// The source of random numbers.
    public var random: any RandomSource
    /// The folder in which checkpoints, bookmarks, locks and the history are.
    public var stateFolder: String
    /// Where pipelines and chains are found by name.
    public var pipelines: PipelineFolder
    /// Stops all jobs of the world, each with a checkpoint.
    public let interruption: RunControl
    /// The objects that stages of jobs share that run at the same time, such as a limit of requests.
    let shared: SharedObjects

    /// Creates a world.
    ///
    /// - Parameters:
    ///   - plugins: The plugins that files can name.
    ///   - environment: The environment's variables.
    ///   - transport: The transport for requests to web servers; by default requests fail.
    ///   - time: The clock.
    ///   - clock: The time of day; nil for the machine's.
    ///   - random: The source of random numbers.
    ///   - stateFolder: The folder of the state, which is created when something is stored.
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

    /// The services that a plan needs.
    ///
    /// - Parameters:
    ///   - reserved: Files that no output may replace.
    ///   - shared: The objects that the stages of the job share.
    ///   - log: The log that stages report to.
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
