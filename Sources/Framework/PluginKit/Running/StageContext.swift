public import Formats

/// What a stage may use: who it is, and the services of the house.
public struct StageContext: Sendable, CustomReflectable {
    /// What the pipeline calls the stage.
    public let stage: String
    /// What the run is called and when it began.
    public let run: RunIdentity
    /// About how many records a page should have, at most: see `batchSize(columns:)`.
    public let batchSize: Int
    /// Whether the pipeline states `batchSize`, so that it counts however many columns there are.
    package let isBatchSizeStated: Bool
    /// Where warnings and remarks go; the report shows them.
    public let log: StageLog
    /// The clock of the run: monotonic time, and pauses that end when the run is stopped.
    public let time: any TimeSource
    /// Where chance comes from.
    public let random: any RandomSource
    /// What stages use together.
    public let shared: SharedObjects
    /// What the pipeline calls the layer that is being made, as in `[middleware.NAME]`; empty for a stage itself.
    public let layer: String
    /// Whether the stage talks to web servers; see `Plugin.makesExchanges`.
    public let makesExchanges: Bool
    /// Talks to web servers, through the layers of the stage.
    public let http: HTTPClient
    /// Small values that outlive runs.
    public let kept: any StateValues
    /// The environment's variables.
    public let environment: [String: String]
    /// The folder in which things outlive a run; nil if nothing is to.
    ///
    /// It may not be there yet.
    public let stateFolder: String?

    /// A context.
    ///
    /// - Parameters:
    ///   - stage: What the pipeline calls the stage.
    ///   - run: What the run is called and when it began.
    ///   - batchSize: About how many records a page should have.
    ///   - isBatchSizeStated: Whether the pipeline states that; if not, wide records make smaller pages.
    ///   - log: Where warnings and remarks go.
    ///   - time: The clock.
    ///   - random: Where chance comes from.
    ///   - shared: What stages use together.
    ///   - layer: What the pipeline calls the layer that is being made; empty for a stage itself.
    ///   - makesExchanges: Whether the stage talks to web servers.
    ///   - http: Talks to web servers.
    ///   - kept: Small values that outlive runs.
    ///   - environment: The environment's variables.
    ///   - stateFolder: The folder in which things outlive a run; nil if nothing is to.
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
        kept: any StateValues = ForgottenValues(),
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
        self.environment = environment
        self.stateFolder = stateFolder
    }

    /// The names alone: the environment may hold what must not be shown, and requests under way too.
    public var customMirror: Mirror {
        Mirror(self, children: ["pipeline": run.pipeline, "run": run.id, "stage": stage, "layer": layer])
    }

    /// About how many records a page of so many columns should have.
    ///
    /// That is `batchSize` where the pipeline states it. Otherwise a page has at most 512 KiB of words, eight bytes for each
    /// cell, so that the columns of a wide one are still at hand when the next stage reads them; but not fewer than 512
    /// records, and not more than `batchSize`.
    public func batchSize(columns: Int) -> Int {
        isBatchSizeStated ? batchSize : min(Self.usualBatchSize(columns: columns), batchSize)
    }

    /// How many records of so many columns make a page where nothing else is stated.
    package static func usualBatchSize(columns: Int) -> Int {
        min(max((512 << 10) / (8 * max(columns, 1)), 512), 4000)
    }

    /// The same context for a layer around the stage.
    package func naming(layer: String) -> StageContext { changed(layer: layer, http: http) }

    /// The same context with another way to web servers.
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
            environment: environment,
            stateFolder: stateFolder
        )
    }

    /// The rules of a time zone.
    ///
    /// - Parameters:
    ///   - name: An IANA name such as `Europe/Paris`; `local` for the machine's own; `UTC`.
    ///   - place: Where the name was written.
    /// - Returns: The rules.
    /// - Throws: At `place`: `zone.unknown` if there is no such zone, `environment.time-zones` if there is one, but not on
    ///   this machine, or if `TZ` cannot be read where `local` was asked for.
    public func timeZone(_ name: String, at place: Diagnostic.Place? = nil) throws(Diagnostic) -> TimeZoneRules {
        try TimeZones(environment: environment).rules(for: name, at: place)
    }
}
