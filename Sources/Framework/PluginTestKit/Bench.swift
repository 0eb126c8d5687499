public import PluginKit
internal import TOML

/// Creates plugins without a pipeline, from options written as in a pipeline file.
public struct Bench: Sendable {
    /// What the plugin may use.
    public var context: StageContext
    /// The transport for requests to web servers.
    let transport: any HTTPTransport

    /// Creates a bench.
    ///
    /// - Parameters:
    ///   - batchSize: The approximate number of records in a page.
    ///   - log: The log that the plugin reports to.
    ///   - time: The clock.
    ///   - random: The source of random numbers.
    ///   - layer: The name that the layer has in a pipeline.
    ///   - makesExchanges: Whether the stage that a layer is made for accesses web servers.
    ///   - transport: The transport for requests to web servers.
    ///   - kept: Small values that outlive runs.
    ///   - environment: The environment's variables.
    ///   - stateFolder: The folder for data that outlives a run; nil if there is none.
    public init(
        batchSize: Int = 1000,
        log: StageLog = StageLog(),
        time: any TimeSource = ManualTime(),
        random: any RandomSource = SystemRandom(),
        layer: String = "",
        makesExchanges: Bool = false,
        transport: any HTTPTransport = NoTransport(),
        kept: any StateValues = InMemoryValues(),
        environment: [String: String] = [:],
        stateFolder: String? = nil
    ) {
        self.transport = transport
        context = StageContext(
            stage: "bench",
            run: RunIdentity(pipeline: "bench", id: "20260102T030405Z-1", date: "2026-01-02", time: "030405"),
            batchSize: batchSize,
            log: log,
            time: time,
            random: random,
            layer: layer,
            makesExchanges: makesExchanges,
            http: HTTPClient(transport, stage: "bench"),
            kept: kept,
            environment: environment,
            stateFolder: stateFolder
        )
    }

    /// Options from lines of TOML: `limit = 10`.
    ///
    /// - Throws: `DiagnosticList` with all errors, as `sprocket check` reports them.
    public func options<Group: OptionGroup>(_ group: Group.Type, from text: String) throws -> Group {
        let document = try TOMLDocument(Array(text.utf8), name: "options")
        let interpolation = Interpolation(environment: context.environment)
        return try Group.bind(document.root, interpolation: interpolation, subject: "the plugin")
    }

    /// Creates a source from the TOML text of its options, as a pipeline would.
    public func source<S: Source>(_ source: S.Type, options: String = "") throws -> S {
        try S(self.options(S.Options.self, from: options), in: context)
    }

    /// Creates a transform for its inputs.
    ///
    /// - Parameters:
    ///   - transform: The transform.
    ///   - options: Its options, as lines of TOML.
    ///   - input: The columns of the records of its input.
    ///   - lookup: The columns of its second input; nil if it has none.
    /// - Returns: The transform.
    /// - Throws: Errors in the options.
    public func transform<T: Transform>(
        _ transform: T.Type,
        options: String = "",
        input: Schema,
        lookup: Schema? = nil
    ) throws -> T {
        try T(self.options(T.Options.self, from: options), inputs: Inputs(input, lookup: lookup), in: context)
    }

    /// Creates a sink from the TOML text of its options, for the columns that it will receive.
    public func sink<S: Sink>(_ sink: S.Type, options: String, input: Schema) throws -> S {
        try S(self.options(S.Options.self, from: options), input: input, in: context)
    }

    /// Creates an exporter from the TOML text of its options, as a pipeline would.
    public func exporter<E: Exporter>(_ exporter: E.Type, options: String = "") throws -> E {
        try E(self.options(E.Options.self, from: options), in: context)
    }

    /// Creates a layer for a stage.
    public func middleware<M: Middleware>(_ middleware: M.Type, options: String = "") throws -> M {
        try M(self.options(M.Options.self, from: options), in: context)
    }
}
