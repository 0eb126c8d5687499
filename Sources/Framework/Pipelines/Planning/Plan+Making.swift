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
    ///   - services: The services of the world.
    ///   - variables: The values of its variables.
    ///   - scope: How much of it is run.
    ///   - identity: The identity of the run; nil for one that starts now.
    ///   - instance: The name of this use of the pipeline, for a run that starts now; nil for the default one.
    ///   - isRehearsal: Whether nothing will be run; then a required variable may be missing.
    ///   - isOffline: Whether sources may not read their inputs; then their options must state the columns.
    ///   - recalls: Whether sources use what they found out for a run that did not complete.
    ///   - earlier: The plans of pipelines that run before: the files that they will have written are described by
    ///     them.
    ///   - known: A plan of the same file that was made just before: sources whose fingerprint is unchanged do not read
    ///     their input again.
    /// - Throws: All errors, together, each at its position.
    public init(
        _ file: PipelineFile,
        services: Services,
        variables: VariableSettings = VariableSettings(),
        scope: RunScope = RunScope(),
        identity: RunIdentity? = nil,
        instance: String? = nil,
        isRehearsal: Bool = false,
        isOffline: Bool = false,
        recalls: Bool = false,
        after earlier: [Plan] = [],
        knowing known: Plan? = nil
    ) async throws(DiagnosticList) {
        let bound = BoundPipeline(
            file,
            registry: services.registry,
            environment: services.environment,
            variables: variables,
            scope: scope,
            isRehearsal: isRehearsal
        )
        let identity = identity ?? bound.identity(now: instance)
        let opened = OpenedPipeline(bound, services: services, identity: identity)
        let looks = opened.stages.contains { $0?.source.map { $0.declared == nil } ?? false }
        var kept = recalls && looks ? await opened.kept.descriptions : KeptDescriptions()
        if let known { kept.merge(known.descriptions) }
        let descriptions = await Descriptions(
            of: opened,
            isOffline: isOffline,
            isRehearsal: isRehearsal,
            knowing: kept,
            after: earlier
        )
        try self.init(opened, services: services, descriptions: descriptions, looksAtOutputs: true)
    }

    /// The same plan for a run of another name.
    ///
    /// No source reads its input, and no option is bound again.
    ///
    /// - Throws: The error of a plugin that refuses the run, although it accepted the plan before.
    public func named(_ identity: RunIdentity) throws(DiagnosticList) -> Plan {
        try naming(identity).get()
    }

    /// Makes the plan from the descriptions.
    ///
    /// - Parameters:
    ///   - opened: The pipeline.
    ///   - services: The services, as passed in.
    ///   - descriptions: What its sources deliver.
    ///   - looksAtOutputs: Whether to check the existing files at its outputs.
    /// - Throws: All errors, together, each at its position.
    private init(
        _ opened: OpenedPipeline,
        services: Services,
        descriptions: Descriptions,
        looksAtOutputs: Bool
    ) throws(DiagnosticList) {
        let bound = opened.bound
        let file = bound.file
        let resolver = Resolver(opened, descriptions: descriptions)
        var problems = bound.findings
        problems.append(contentsOf: opened.findings)
        problems.append(contentsOf: descriptions.problems)
        problems.append(contentsOf: resolver.problems)
        let files = Self.files(of: opened, problems: &problems)
        let outputs = opened.outputs
        if looksAtOutputs {
            problems.append(contentsOf: DiagnosticList(outputs.compactMap { $0.problem(in: opened.identity) }))
        }
        // Only here does the machine's zone matter to the engine: a file would get the name of another day.
        if case .failure(let problem) = bound.zone {
            for output in outputs where output.path.namesTime {
                problems.append(problem.placed(at: .stage(output.name, at: nil)))
            }
        }
        problems = bound.values.causes(in: problems)
        if problems.hasErrors { throw problems.inOrderOfText }
        problems.append(
            contentsOf: DiagnosticList(
                file.declared.unused(bound.values) + file.unusedLayers + file.misplacedLayers(bound.layers)
            )
        )
        var nodes = resolver.nodes
        let digests = Dictionary(bound.stages.compactMap { $0.map { ($0.section.name.name, $0.digest) } }) { $1 }
        let narrowing = Narrowing(nodes, handsUpConditions: bound.scope.limit == nil)
        for (index, source) in narrowing.filteredAtSource {
            problems.append(bound.filteredAtSource(nodes[index], by: nodes[source]))
            nodes[index] = nodes[index].passing
        }
        for (index, request) in narrowing.requests.enumerated() {
            guard let request, var digest = digests[nodes[index].name] else { continue }
            for line in request.lines { digest.add(line) }
            nodes[index] = nodes[index].asked(request, identity: digest.text)
        }
        if bound.scope.partition != nil {
            let refusals = Self.refusals(ofPartsOf: nodes, in: file)
            if refusals.hasErrors { throw DiagnosticList(problems.all + refusals.all).inOrderOfText }
        }
        problems.append(
            contentsOf: DiagnosticList(file.idleLayers(bound.layers, nodes: nodes) + file.immediateSinks(nodes))
        )

        self.descriptions = KeptDescriptions(descriptions.known)
        inputs = bound.inputs
        naming = { identity in
            do throws(DiagnosticList) {
                let opened = OpenedPipeline(bound, services: services, identity: identity)
                return .success(try Plan(opened, services: services, descriptions: descriptions, looksAtOutputs: false))
            } catch {
                return .failure(error)
            }
        }
        self.files = files
        self.nodes = nodes
        self.outputs = outputs
        sinkTexts = SinkText.all(nodes, of: file, given: bound.given, interpolation: bound.interpolation)
        sinkMaker = SinkMaker(services: opened.services, interpolation: bound.interpolation, sinks: file.sinks)
        exporters = opened.exporters
        kept = opened.kept
        remedies = services.registry.plugins(.middleware).reduce(into: [:]) { remedies, plugin in
            let own = (plugin as? any Middleware.Type)?.remedies ?? [:]
            remedies.merge(own) { first, _ in first }
        }
        let places = Dictionary(nodes.enumerated().map { ($1.name, $0) }) { first, _ in first }
        sourceOrder = bound.graph.sourceOrder.compactMap { places[bound.graph.entries[$0].section.name.name] }
        pipeline = file.name
        self.file = file.source.name
        findings = problems.inOrderOfText
        configuration = Self.configuration(
            of: file,
            interpolation: bound.interpolation,
            settings: bound.settings,
            scope: bound.scope
        )
        configurationWithoutScope =
            bound.scope.isWhole
            ? configuration
            : Self.configuration(
                of: file,
                interpolation: bound.interpolation,
                settings: bound.settings,
                scope: RunScope()
            )
        settings = bound.settings
        scope = bound.scope
        rejectVariable = file.rejectVariable
        run = opened.identity
        log = services.log
        waits = services.shared.waits(of: run)
        time = services.time
        temporaryFolder = services.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        clock = services.clock
    }

    /// Whether a source without a fingerprint uses what it found out for an earlier run, so that the plan is only valid
    /// to resume that run.
    package var isForResumption: Bool { descriptions.areBelieved }

    /// What the sources found out that has to be stored, so that the run can be resumed without reading the inputs
    /// again.
    package var keptDescriptions: KeptDescriptions { descriptions.foundByLooking }
}

extension BoundPipeline {
    /// The note that a filter has nothing to do, because the source applies it.
    fileprivate func filteredAtSource(_ node: Plan.Node, by source: Plan.Node) -> Diagnostic {
        let conditions = node.stage.needs.conditions.map(\.description).joined(separator: " and ")
        return Diagnostic(
            "pipeline.filtered-by-source",
            message:
                "'\(node.name)' is filtered by the source: '\(source.name)' reads only records where \(conditions)",
            at: file.stages.first { $0.name.name == node.name }.map { .text($0.use.range) },
            severity: .note
        )
    }

    /// The identity of a run that starts now.
    fileprivate func identity(now instance: String?) -> RunIdentity {
        RunIdentity.now(
            pipeline: file.name,
            partition: scope.partition?.text,
            zone: try? zone.get(),
            instance: instance
        )
    }
}

extension OpenedPipeline {
    /// All paths that the run writes to, as far as the file states them.
    fileprivate var outputs: [PlannedOutput] {
        let rejects = bound.settings.onReject
        let sinks = bound.stages.compactMap { $0 }.sorted { $0.section.name.name < $1.section.name.name }
        return sinks.flatMap { sink in
            sink.outputPaths.map {
                PlannedOutput(owner: .sink(sink.section.name.name), path: $0.path, place: $0.place)
            }
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
