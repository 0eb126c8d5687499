public import Formats

/// The identity of a stage, and the services that the engine gives it.
public struct StageContext: Sendable, CustomReflectable {
    /// The stage's name in the pipeline.
    public let stage: String
    /// The name of the run and when it began.
    public let run: RunIdentity
    /// The target number of records per page, at most: see `batchSize(columns:)`.
    public let batchSize: Int
    /// Whether the pipeline states `batchSize`, so that the number of columns does not reduce it.
    package let isBatchSizeStated: Bool
    /// Receives warnings and remarks; the report lists them.
    public let log: StageLog
    /// The clock of the run: monotonic time, and pauses that end when the run is stopped.
    public let time: any TimeSource
    /// The source of random numbers.
    public let random: any RandomSource
    /// Objects that several stages share.
    public let shared: SharedObjects
    /// The name of the layer that is being created, as in `[middleware.NAME]`; empty for a stage itself.
    public let layer: String
    /// Whether the stage makes HTTP requests; see `Plugin.makesExchanges`.
    public let makesExchanges: Bool
    /// Sends HTTP requests through the layers of the stage.
    public let http: HTTPClient
    /// Small values that outlive runs.
    public let kept: any StateValues
    /// What other pipelines have published.
    public let outputs: any PublishedOutputs
    /// The environment variables.
    public let environment: [String: String]
    /// The folder for data that outlives a run; nil if nothing should.
    ///
    /// It may not exist yet.
    public let stateFolder: String?

    /// Creates a context.
    ///
    /// - Parameters:
    ///   - stage: The stage's name in the pipeline.
    ///   - run: The name of the run and when it began.
    ///   - batchSize: The target number of records per page.
    ///   - isBatchSizeStated: Whether the pipeline states that; if not, wide records make smaller pages.
    ///   - log: Receives warnings and remarks.
    ///   - time: The clock.
    ///   - random: The source of random numbers.
    ///   - shared: Objects that several stages share.
    ///   - layer: The name of the layer that is being created; empty for a stage itself.
    ///   - makesExchanges: Whether the stage makes HTTP requests.
    ///   - http: Sends HTTP requests.
    ///   - kept: Small values that outlive runs.
    ///   - outputs: What other pipelines have published.
    ///   - environment: The environment variables.
    ///   - stateFolder: The folder for data that outlives a run; nil if nothing should.
    public init(
        stage: String,
        run: RunIdentity,
        batchSize: Int = 1000,
        isBatchSizeStated: Bool = true,
        log: StageLog = StageLog(),
        time: any TimeSource = SystemTime(),
        random: any RandomSource = SystemRandom(),
        shared: SharedObjects = SharedObjects(),
        layer: String = "",
        makesExchanges: Bool = false,
        http: HTTPClient = HTTPClient(),
        kept: any StateValues = InMemoryValues(),
        outputs: any PublishedOutputs = NoOutputs(),
        environment: [String: String] = [:],
        stateFolder: String? = nil
    ) {
        self.stage = stage
        self.run = run
        self.batchSize = batchSize
        self.isBatchSizeStated = isBatchSizeStated
        self.log = log
        self.time = time
        self.random = random
        self.shared = shared
        self.layer = layer
        self.makesExchanges = makesExchanges
        self.http = http
        self.kept = kept
        self.outputs = outputs
        self.environment = environment
        self.stateFolder = stateFolder
    }

    /// Names only: the environment and requests under way may contain secrets.
    public var customMirror: Mirror {
        Mirror(self, children: ["pipeline": run.pipeline, "run": run.id, "stage": stage, "layer": layer])
    }

    /// The target number of records for a page with this many columns.
    ///
    /// This is `batchSize` if the pipeline states it. Otherwise a page has at most 512 KiB of column data, at eight
    /// bytes per cell, so that the columns of a wide page are still in the CPU cache when the next stage reads them;
    /// but at least 512 records, and at most `batchSize`.
    public func batchSize(columns: Int) -> Int {
        isBatchSizeStated ? batchSize : min(Self.usualBatchSize(columns: columns), batchSize)
    }

    /// The number of records in a page with this many columns if the pipeline states nothing.
    package static func usualBatchSize(columns: Int) -> Int {
        min(max((512 << 10) / (8 * max(columns, 1)), 512), 4000)
    }

    /// The same context for a layer around the stage.
    package func naming(layer: String) -> StageContext { changed(layer: layer, http: http) }

    /// The same context with another HTTP client.
    package func talking(through http: HTTPClient) -> StageContext { changed(layer: layer, http: http) }

    private func changed(layer: String, http: HTTPClient) -> StageContext {
        StageContext(
            stage: stage,
            run: run,
            batchSize: batchSize,
            isBatchSizeStated: isBatchSizeStated,
            log: log,
            time: time,
            random: random,
            shared: shared,
            layer: layer,
            makesExchanges: makesExchanges,
            http: http,
            kept: kept,
            outputs: outputs,
            environment: environment,
            stateFolder: stateFolder
        )
    }

    /// The rules of a time zone.
    ///
    /// - Parameters:
    ///   - name: An IANA name such as `Europe/Paris`; `local` for the machine's time zone; `UTC`.
    ///   - place: Where the name was written.
    /// - Returns: The rules.
    /// - Throws: At `place`: `zone.unknown` if there is no such zone; `environment.time-zones` if this machine lacks
    ///   the zone's data, or if `local` was requested and `TZ` cannot be read.
    public func timeZone(_ name: String, at place: Diagnostic.Place? = nil) throws(Diagnostic) -> TimeZoneRules {
        try TimeZones(environment: environment).rules(for: name, at: place)
    }
}
