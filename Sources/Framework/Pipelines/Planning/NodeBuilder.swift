internal import Diagnostics
internal import PluginKit
internal import Records
internal import TOML

/// Makes the stages of a graph, each from its plugin, its options and the columns of its inputs.
package struct NodeBuilder {
    let file: PipelineFile
    let graph: StageGraph
    let services: Services
    let settings: RunSettings
    let interpolation: Interpolation
    let identity: RunIdentity
    let layers: [Layer]
    var warnings = DiagnosticList()
    /// The files that the options of stages name, by the names of the stages.
    var files: [String: StageFiles] = [:]
    /// The columns that a source may leave null, of those that are wanted of it, by the names of the sources.
    var wished: [String: Set<String>] = [:]
    /// The files that sinks write as far as their options say, by the names of the sinks.
    var sinkPaths: [String: [(path: OutputPath, place: Diagnostic.Place?)]] = [:]

    init(
        _ file: PipelineFile,
        _ graph: StageGraph,
        _ services: Services,
        settings: RunSettings,
        interpolation: Interpolation,
        layers: [Layer],
        identity: RunIdentity
    ) {
        self.file = file
        self.graph = graph
        self.services = services
        self.settings = settings
        self.interpolation = interpolation
        self.layers = layers
        self.identity = identity
    }

    /// The nodes, in the graph's order.
    ///
    /// A stage that cannot be made is missing, and so is what reads it; only what is wrong with that stage's own
    /// options is told of it, so a consequence is not reported as if it were a cause.
    mutating func nodes(wanted: [String: Set<String>]?, problems: inout DiagnosticList) async -> [Plan.Node] {
        warnings = DiagnosticList()
        var nodes: [Plan.Node] = []
        var made: [Int: Int] = [:]
        var bounds = PlanBounds()
        for (index, entry) in graph.entries.enumerated() {
            do throws(DiagnosticList) {
                let plugin = try plugin(entry.section)
                let ports = try self.ports(entry.inputs, nodes, made)
                let lookup = try self.ports(entry.lookup.map { [$0] } ?? [], nodes, made)
                guard let ports, let lookup, !entry.isBroken else {
                    try bounds.add(layers: try chosenLayers(entry.section).count, of: entry.section)
                    try examine(plugin, entry.section)
                    continue
                }
                try bounds.add(layers: try chosenLayers(entry.section).count, of: entry.section)
                if ports.count > 1 {
                    let widths = ports.map { nodes[$0.node].outputs[$0.output].schema.width }
                    try bounds.add(columns: widths.reduce(0, +), of: entry.section)
                }
                let node = try await node(
                    entry.section,
                    plugin,
                    input: try union(
                        ports.map { (nodes[$0.node].name, nodes[$0.node].outputs[$0.output].schema) },
                        for: entry.section
                    ),
                    lookup: lookup.first.map { nodes[$0.node].outputs[$0.output].schema },
                    ports: ports,
                    lookupPort: lookup.first,
                    wanted: wanted?[entry.section.name.name]
                )
                try bounds.add(columnsOf: node, of: entry.section)
                made[index] = nodes.count
                nodes.append(node)
            } catch {
                problems.append(contentsOf: error)
                if bounds.areReached { break }
            }
        }
        problems.append(contentsOf: warnings)
        return nodes
    }

    private func plugin(_ section: StageSection) throws(DiagnosticList) -> any Plugin.Type {
        do throws(Diagnostic) {
            return try services.registry.plugin(section.kind, section.use.name, at: .text(section.use.range))
        } catch {
            throw DiagnosticList([error])
        }
    }

    /// Looks at the options of a stage that cannot be made yet.
    private mutating func examine<P: Plugin>(_ plugin: P.Type, _ section: StageSection) throws(DiagnosticList) {
        _ = try options(P.Options.self, section)
    }

    /// Findings about a stage, and what else is wrong with its options.
    private mutating func refusing(
        _ findings: DiagnosticList,
        _ plugin: any Plugin.Type,
        _ section: StageSection
    ) -> DiagnosticList {
        var findings = findings
        do throws(DiagnosticList) {
            try examine(plugin, section)
        } catch {
            findings.append(contentsOf: error)
        }
        return findings
    }

    private mutating func node(
        _ section: StageSection,
        _ plugin: any Plugin.Type,
        input: Schema,
        lookup: Schema?,
        ports: [Plan.Port],
        lookupPort: Plan.Port?,
        wanted: Set<String>?
    ) async throws(DiagnosticList) -> Plan.Node {
        let bare = context(section.name.name, plugin, wanted: wanted)
        let layers: MiddlewareStack
        do throws(DiagnosticList) {
            layers = try self.layers(of: section, bare)
        } catch {
            throw refusing(error, plugin, section)
        }
        let http = HTTPClient(
            services.transport,
            layers: layers.layers,
            stage: section.name.name,
            time: services.stageTime
        )
        let context = bare.talking(through: http)
        if let lookup = section.lookup, section.kind == .transform, !Self.looksUp(plugin) {
            let finding = Diagnostic(
                "pipeline.lookup",
                "the transform '\(section.use.name)' looks nothing up",
                at: .text(lookup.range),
                hint: "take 'lookup' out"
            )
            throw refusing(DiagnosticList([finding]), plugin, section)
        }
        let stage: Plan.Node.Stage
        let outputs: [Output]
        var increment: NodeIncrement?
        switch plugin {
        case let plugin as any Source.Type:
            let source =
                if let plugin = plugin as? any IncrementalSource.Type {
                    try make(plugin, section, context)
                } else {
                    try make(plugin, section, context)
                }
            stage = .source(source)
            let schema = try await Self.guarding(section) { try await source.schema }
            outputs = [Output(schema)]
            increment = try Self.guarding(section) { try NodeIncrement(source, schema, section) }
        case let plugin as any Transform.Type:
            if lookup == nil, Self.looksUp(plugin) {
                let finding = Diagnostic(
                    "pipeline.lookup-missing",
                    "the transform '\(section.use.name)' needs a stage to look things up in",
                    at: .text(section.use.range),
                    hint: "lookup = \"name of a source or transform\""
                )
                throw refusing(DiagnosticList([finding]), plugin, section)
            }
            let transform = try make(plugin, section, Inputs(input, lookup: lookup), context)
            stage = .transform(transform)
            outputs = transform.outputs
        case let plugin as any Sink.Type:
            stage = .sink(try make(plugin, section, input, context))
            outputs = []
        default:
            preconditionFailure("the registry hands out plugins of the kind that was asked for")
        }
        return Plan.Node(
            name: section.name.name,
            plugin: section.use.name,
            kind: section.kind,
            stage: stage,
            input: input,
            outputs: outputs,
            inputs: ports,
            lookup: lookupPort,
            identity: identity(of: section, wanted),
            increment: increment,
            layers: layers,
            makesExchanges: plugin.makesExchanges,
            http: http
        )
    }

    private static func looksUp(_ plugin: any Plugin.Type) -> Bool {
        (plugin as? any Transform.Type)?.looksUp ?? false
    }

    private func identity(of section: StageSection, _ wanted: Set<String>?) -> String {
        guard section.kind == .source else { return "" }
        var digest = ConfigurationDigest(interpolation: interpolation)
        for entry in section.table.entries where !StageSection.keys.contains(entry.key) {
            digest.add(entry.key, entry.value)
        }
        for column in wanted?.sorted() ?? ["*"] { digest.add(column) }
        // `local` in an option means another zone where this differs.
        digest.add(services.environment["TZ"] ?? "")
        return digest.text
    }

    private func layers(of section: StageSection, _ context: StageContext) throws(DiagnosticList) -> MiddlewareStack {
        var made: [any Middleware] = []
        for layer in try chosenLayers(section) {
            made.append(try layer.make(context.naming(layer: layer.section.name)))
        }
        return MiddlewareStack(made, names: try chosenLayers(section).map(\.section.name))
    }

    /// The layers that a stage names, in its order; if it names none, all, in the order of the file.
    private func chosenLayers(_ section: StageSection) throws(DiagnosticList) -> [Layer] {
        guard let chosen = section.layers else { return layers }
        var problems = DiagnosticList()
        var chosenLayers: [Layer] = []
        for reference in chosen {
            if let layer = layers.first(where: { $0.section.name == reference.name }) {
                chosenLayers.append(layer)
            } else if !file.layers.contains(where: { $0.name == reference.name }) {
                guard !problems.isFull else {
                    problems.leaveOut()
                    continue
                }
                problems.append(
                    Diagnostic(
                        "pipeline.unknown-middleware",
                        "there is no [middleware.\(reference.name)]",
                        at: .text(reference.range),
                        hint: hint(for: reference.name, among: file.layers.map(\.name))
                    )
                )
            }
        }
        try problems.throwIfErrors()
        return chosenLayers
    }

    private func context(_ stage: String, _ plugin: any Plugin.Type, wanted: Set<String>?) -> StageContext {
        StageContext(
            stage: stage,
            run: identity,
            batchSize: settings.batchSize,
            isBatchSizeStated: settings.isBatchSizeStated,
            log: services.log,
            time: services.stageTime,
            random: services.random,
            shared: services.shared,
            makesExchanges: plugin.makesExchanges,
            kept: services.kept,
            environment: services.environment,
            stateFolder: services.stateFolder,
            wanted: wanted,
            wished: wished[stage] ?? []
        )
    }
}
