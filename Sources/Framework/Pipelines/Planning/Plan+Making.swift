public import Diagnostics
internal import Formats
public import PluginKit
internal import Records
internal import TOML

extension Plan {
    /// Makes the plan of a file.
    ///
    /// - Parameters:
    ///   - file: The pipeline file.
    ///   - services: What the world gives.
    ///   - variables: What is set of its variables.
    ///   - scope: How much of it is to be done.
    ///   - identity: What the run is called; nil for one that begins now.
    ///   - instance: What this use of the pipeline is called, for a run that begins now; nil for the usual one.
    ///   - isRehearsal: Whether nothing will be run: then a variable that must be given may be missing.
    /// - Throws: everything that is wrong, together, each at its place.
    public init(
        _ file: PipelineFile,
        _ services: Services,
        variables: VariableSettings = VariableSettings(),
        scope: RunScope = RunScope(),
        identity: RunIdentity? = nil,
        instance: String? = nil,
        isRehearsal: Bool = false
    ) async throws(DiagnosticList) {
        var problems = DiagnosticList()
        let values = file.declared.values(
            given: variables,
            environment: services.environment,
            isRehearsal: isRehearsal,
            problems: &problems
        )
        let interpolation = values.interpolation
        var settings = RunSettings()
        do throws(DiagnosticList) {
            settings = try RunSettings.bind(
                file.run,
                interpolation: interpolation,
                subject: "[run]",
                warnings: &problems
            )
        } catch {
            problems.append(contentsOf: error)
        }
        var services = services
        do throws(DiagnosticList) {
            let http = try HTTPSettings.bind(
                file.http,
                interpolation: interpolation,
                subject: "[http]",
                warnings: &problems
            )
            if file.http.exists { services.transport = LimitedTransport(services.transport, http) }
        } catch {
            problems.append(contentsOf: error)
        }
        let layers = file.layers(services.registry, interpolation, problems: &problems)
        var zoneProblem: Diagnostic?
        var zone: TimeZoneRules?
        do throws(Diagnostic) {
            zone = try TimeZones(environment: services.environment).rules(for: "local")
        } catch {
            zoneProblem = error
        }
        let identity =
            identity
            ?? RunIdentity.now(
                pipeline: file.name,
                partition: scope.partition?.text,
                zone: zone,
                instance: instance
            )
        let kept = RunValues(services.kept, of: identity)
        services.kept = kept
        let exporters = file.plannedExporters(services, identity, settings, interpolation, problems: &problems)
        let graph = StageGraph(file, services.registry, problems: &problems)
        var builder = NodeBuilder(
            file,
            graph,
            services,
            settings: settings,
            interpolation: interpolation,
            layers: layers,
            identity: identity
        )

        // Once with every column, to see which are asked for; then again with only those.
        let rehearsal = await builder.nodes(wanted: nil, problems: &problems)
        let files = Self.files(of: file, builder, layers, exporters, values, problems: &problems)
        let outputs = builder.outputs(settings.onReject, exporters)
        problems.append(contentsOf: DiagnosticList(outputs.compactMap { $0.problem(in: identity) }))
        // Only here the machine's zone matters to the engine: a file would get the name of another day.
        if let zoneProblem {
            for output in outputs where output.path.namesTime {
                problems.append(zoneProblem.placed(at: .stage(output.name, at: nil)))
            }
        }
        problems = values.causes(in: problems)
        if problems.hasErrors { throw problems.inOrderOfText }
        problems.append(
            contentsOf: DiagnosticList(
                file.declared.unused(values) + file.unusedLayers + file.misplacedLayers(layers)
            )
        )
        var none = DiagnosticList()
        let narrowing = Narrowing(rehearsal)
        var wanted: [String: Set<String>] = [:]
        for (node, columns) in zip(rehearsal, narrowing.wanted) where node.kind == .source {
            wanted[node.name] = columns.needed.union(columns.wished)
            builder.wished[node.name] = columns.wished
        }
        let narrowed = await builder.nodes(wanted: wanted, problems: &none)
        // A stage that needs a column without asking for it finds it missing now; then nothing is left out.
        let nodes = none.hasErrors ? rehearsal : narrowed
        if scope.partition != nil {
            let refusals = Self.refusals(ofPartsOf: nodes, in: file)
            if refusals.hasErrors { throw DiagnosticList(problems.all + refusals.all).inOrderOfText }
        }
        problems.append(contentsOf: DiagnosticList(file.idleLayers(layers, nodes)))

        self.files = files
        self.nodes = nodes
        self.exporters = exporters
        self.outputs = outputs
        self.kept = kept
        remedies = services.registry.plugins(.middleware).reduce(into: [:]) { remedies, plugin in
            let own = (plugin as? any Middleware.Type)?.remedies ?? [:]
            remedies.merge(own) { first, _ in first }
        }
        let places = Dictionary(nodes.enumerated().map { ($1.name, $0) }) { first, _ in first }
        sourceOrder = graph.sourceOrder.compactMap { places[graph.entries[$0].section.name.name] }
        pipeline = file.name
        self.file = file.source.name
        findings = problems.inOrderOfText
        configuration = Self.configuration(of: file, interpolation, settings, scope)
        configurationWithoutScope = Self.configuration(of: file, interpolation, settings, RunScope())
        self.settings = settings
        self.scope = scope
        rejectVariable = file.rejectVariable
        run = builder.identity
        log = services.log
        waits = services.shared.waits(of: run)
        time = services.time
        clock = services.clock
    }
}

extension NodeBuilder {
    /// All paths that the run writes to as far as the file states.
    fileprivate func outputs(_ rejects: RejectPolicy, _ exporters: [PlannedExporter]) -> [PlannedOutput] {
        sinkPaths.sorted { $0.key < $1.key }.flatMap { sink, paths in
            paths.map { PlannedOutput(owner: .sink(sink), path: $0.path, place: $0.place) }
        }
            + (rejects.keep.map { [PlannedOutput(owner: .rejects, path: $0, place: rejects.keepPlace)] } ?? [])
            + exporters.flatMap { exporter in
                exporter.paths.map { PlannedOutput(owner: .exporter(exporter.name), path: $0.path, place: $0.place) }
            }
    }
}

extension PipelineFile {
    /// The variable of `on_reject = { limit = "${var:rejects}" }`, so that a message can name it.
    fileprivate var rejectVariable: String? {
        guard let text = run["on_reject"]["limit"].string, text.hasPrefix("${var:"), text.hasSuffix("}") else {
            return nil
        }
        return String(text.dropFirst(6).dropLast())
    }
}
