internal import Diagnostics
internal import PluginKit
internal import Records

/// A bound pipeline whose layers, exporters and sources have been created for one run; no input has been read yet.
struct OpenedPipeline: Sendable {
    let bound: BoundPipeline
    /// The services, with the pipeline's settings applied.
    let services: Services
    let identity: RunIdentity
    let kept: RunValues
    let exporters: [PlannedExporter]
    /// The stages in the order of the graph; nil where one could not be bound or created.
    let stages: [OpenedStage?]
    /// The errors in what was created.
    let findings: DiagnosticList

    /// Creates everything that does not depend on the columns.
    init(_ bound: BoundPipeline, services: Services, identity: RunIdentity) {
        self.bound = bound
        self.identity = identity
        var services = services
        if let http = bound.http { services.transport = LimitedTransport(services.transport, settings: http) }
        kept = RunValues(services.kept, of: identity)
        services.kept = kept
        self.services = services
        var problems = DiagnosticList()
        exporters = bound.exporters.compactMap { exporter in
            do throws(DiagnosticList) {
                return try exporter.planned(services, run: identity, settings: bound.settings)
            } catch {
                problems.append(contentsOf: error)
                return nil
            }
        }
        stages = bound.stages.map { stage in
            guard let stage else { return nil }
            do throws(DiagnosticList) {
                return try OpenedStage(stage, services: services, identity: identity, settings: bound.settings)
            } catch {
                problems.append(contentsOf: error)
                return nil
            }
        }
        findings = problems
    }
}

/// A bound stage with its layers and its access to web servers; a source has been created.
struct OpenedStage: Sendable {
    let bound: BoundStage
    let context: StageContext
    let layers: MiddlewareStack
    let http: HTTPClient
    /// The source; nil for a stage of another kind.
    let source: (any SourceStage)?

    init(
        _ bound: BoundStage,
        services: Services,
        identity: RunIdentity,
        settings: RunSettings
    ) throws(DiagnosticList) {
        self.bound = bound
        let bare = StageContext(
            stage: bound.section.name.name,
            run: identity,
            batchSize: settings.batchSize,
            isBatchSizeStated: settings.isBatchSizeStated,
            log: services.log,
            time: services.stageTime,
            random: services.random,
            shared: services.shared,
            makesExchanges: bound.plugin.makesExchanges,
            kept: services.kept,
            outputs: services.stateFolder.map { StoredOutputs(in: $0) } ?? NoOutputs(),
            environment: services.environment,
            stateFolder: services.stateFolder
        )
        var made: [any Middleware] = []
        for layer in bound.layers { made.append(try layer.make(bare.naming(layer: layer.section.name))) }
        layers = MiddlewareStack(made, names: bound.layers.map(\.section.name))
        http = HTTPClient(
            services.transport,
            layers: layers.layers,
            stage: bound.section.name.name,
            time: services.stageTime
        )
        let context = bare.talking(through: http)
        self.context = context
        guard case .source(let open) = bound.opening else {
            source = nil
            return
        }
        source = try bound.guarding { try open(context) }
    }
}
