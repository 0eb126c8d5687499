internal import Diagnostics
internal import PluginKit
internal import Records
internal import TOML

/// Makes the stages of a graph, each from its plugin, its options and the columns of its inputs.
struct NodeBuilder {
    let file: PipelineFile
    let graph: StageGraph
    let services: Services
    let settings: RunSettings
    let interpolation: Interpolation
    let identity: RunIdentity

    /// The nodes, in the graph's order. A stage that cannot be made is missing, and so is, without a word, what reads
    /// it: a consequence is not reported as if it were a cause.
    func nodes(wanted: [String: Set<String>]?, problems: inout DiagnosticList) async -> [Plan.Node] {
        var nodes: [Plan.Node] = []
        var made: [Int: Int] = [:]
        for (index, entry) in graph.entries.enumerated() {
            let inputs = entry.inputs.compactMap { made[$0] }
            let lookup = entry.lookup.flatMap { made[$0] }
            let hasAll = inputs.count == entry.inputs.count && (lookup != nil) == (entry.lookup != nil)
            do throws(DiagnosticList) {
                let plugin = try plugin(entry.section)
                guard hasAll, !entry.isBroken else { continue }
                let node = try await node(
                    entry.section,
                    plugin,
                    input: try union(inputs.map { nodes[$0] }, for: entry.section),
                    lookup: lookup.map { nodes[$0].output },
                    inputs: inputs,
                    lookupIndex: lookup,
                    wanted: wanted?[entry.section.name.name]
                )
                made[index] = nodes.count
                nodes.append(node)
            } catch {
                problems.append(contentsOf: error)
            }
        }
        return nodes
    }

    private func plugin(_ section: StageSection) throws(DiagnosticList) -> any Plugin.Type {
        do throws(Diagnostic) {
            return try services.registry.plugin(section.kind, section.use.name, at: .text(section.use.range))
        } catch {
            throw DiagnosticList([error])
        }
    }

    private func node(
        _ section: StageSection,
        _ plugin: any Plugin.Type,
        input: Schema,
        lookup: Schema?,
        inputs: [Int],
        lookupIndex: Int?,
        wanted: Set<String>?
    ) async throws(DiagnosticList) -> Plan.Node {
        let context = context(section.name.name, wanted: wanted)
        let stage: Plan.Node.Stage
        let output: Schema
        switch plugin {
        case let plugin as any Source.Type:
            let source = try make(plugin, section, context)
            stage = .source(source)
            output = try await guarding(section) { try await source.schema }
        case let plugin as any Transform.Type:
            if let lookup = section.lookup {
                throw DiagnosticList([
                    Diagnostic(
                        "pipeline.lookup",
                        "the transform '\(section.use.name)' looks nothing up",
                        at: .text(lookup.range),
                        hint: "take 'lookup' out"
                    )
                ])
            }
            let transform = try make(plugin, section, input, context)
            stage = .transform(transform)
            output = transform.output
        case let plugin as any LookupTransform.Type:
            guard let lookup else {
                throw DiagnosticList([
                    Diagnostic(
                        "pipeline.lookup-missing",
                        "the transform '\(section.use.name)' needs a stage to look things up in",
                        at: .text(section.use.range),
                        hint: "lookup = \"name of a source or transform\""
                    )
                ])
            }
            let transform = try make(plugin, section, input, lookup, context)
            stage = .transform(transform)
            output = transform.output
        case let plugin as any Sink.Type:
            stage = .sink(try make(plugin, section, input, context))
            output = [:]
        default:
            preconditionFailure("the registry hands out plugins of the kind that was asked for")
        }
        return Plan.Node(
            name: section.name.name,
            plugin: section.use.name,
            kind: section.kind,
            stage: stage,
            input: input,
            output: output,
            inputs: inputs,
            lookup: lookupIndex,
            layers: try layers(of: section, context)
        )
    }

    // MARK: Opening the plugins' types

    private func make<P: Source>(
        _ plugin: P.Type,
        _ section: StageSection,
        _ context: StageContext
    ) throws(DiagnosticList) -> any SourceStage {
        let options = try options(P.Options.self, section)
        return SourceDriver(plugin: try guarding(section) { try P(options, in: context) })
    }

    private func make<P: Transform>(
        _ plugin: P.Type,
        _ section: StageSection,
        _ input: Schema,
        _ context: StageContext
    ) throws(DiagnosticList) -> any TransformStage {
        let options = try options(P.Options.self, section)
        return TransformDriver(plugin: try guarding(section) { try P(options, input: input, in: context) })
    }

    private func make<P: LookupTransform>(
        _ plugin: P.Type,
        _ section: StageSection,
        _ input: Schema,
        _ lookup: Schema,
        _ context: StageContext
    ) throws(DiagnosticList) -> any TransformStage {
        let options = try options(P.Options.self, section)
        return LookupDriver(plugin: try guarding(section) { try P(options, input: input, lookup: lookup, in: context) })
    }

    private func make<P: Sink>(
        _ plugin: P.Type,
        _ section: StageSection,
        _ input: Schema,
        _ context: StageContext
    ) throws(DiagnosticList) -> any SinkStage {
        let options = try options(P.Options.self, section)
        return SinkDriver(plugin: try guarding(section) { try P(options, input: input, in: context) })
    }

    private func options<Group: OptionGroup>(
        _ group: Group.Type,
        _ section: StageSection
    ) throws(DiagnosticList) -> Group {
        try Group.bind(
            section.table,
            reserved: StageSection.keys,
            interpolation: interpolation,
            subject: section.subject
        )
    }

    private func layers(of section: StageSection, _ context: StageContext) throws(DiagnosticList) -> MiddlewareStack {
        var layers: [any Middleware] = []
        for layer in try chosenLayers(section) {
            do throws(Diagnostic) {
                let plugin = try services.registry.plugin(.middleware, layer.use.name, at: .text(layer.use.range))
                guard let plugin = plugin as? any Middleware.Type else { continue }
                layers.append(try make(plugin, layer, context))
            } catch {
                throw DiagnosticList([error])
            }
        }
        return MiddlewareStack(layers)
    }

    private func make<M: Middleware>(
        _ plugin: M.Type,
        _ layer: LayerSection,
        _ context: StageContext
    ) throws(Diagnostic) -> any Middleware {
        do {
            let options = try M.Options.bind(
                layer.table,
                reserved: LayerSection.keys,
                interpolation: interpolation,
                subject: layer.subject
            )
            return try M(options, in: context)
        } catch let problems as DiagnosticList {
            throw problems.all.first
                ?? Diagnostic("middleware.failed", "the layer cannot be made", at: .text(layer.use.range))
        } catch {
            throw Diagnostic.wrapping(error, at: .text(layer.use.range))
        }
    }

    private func chosenLayers(_ section: StageSection) throws(DiagnosticList) -> [LayerSection] {
        guard let chosen = section.layers else { return file.layers }
        var problems = DiagnosticList()
        var layers: [LayerSection] = []
        for reference in chosen {
            if let layer = file.layers.first(where: { $0.name == reference.name }) {
                layers.append(layer)
            } else {
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
        return layers
    }

    // MARK: What stages are given

    private func context(_ stage: String, wanted: Set<String>?) -> StageContext {
        StageContext(
            stage: stage,
            run: identity,
            batchSize: settings.batchSize,
            log: services.log,
            time: services.time,
            environment: services.environment,
            wanted: wanted
        )
    }

    /// The columns of several inputs together, by name.
    private func union(_ inputs: [Plan.Node], for section: StageSection) throws(DiagnosticList) -> Schema {
        guard let first = inputs.first else { return [:] }
        guard inputs.count > 1 else { return first.output }
        var union = Schema(first.output.columns.map { Schema.Column($0.name, $0.kind) })
        var problems = DiagnosticList()
        for input in inputs.dropFirst() {
            for column in input.output.columns {
                guard let existing = union.column(column.name) else {
                    union = union.adding(column.name, column.kind)
                    continue
                }
                if existing.kind != column.kind {
                    problems.append(
                        Diagnostic(
                            "schema.clash",
                            "the column '\(column.name)' is \(existing.kind) in '\(first.name)' and \(column.kind) in '\(input.name)'",
                            at: .text(section.name.range),
                            hint: "rename one of them before they meet"
                        )
                    )
                }
            }
        }
        try problems.throwIfErrors()
        return union
    }

    /// What a plugin throws while it is made, as a finding at the stage's place in the file.
    private func guarding<Result>(
        _ section: StageSection,
        _ body: () async throws -> Result
    ) async throws(DiagnosticList) -> Result {
        do { return try await body() } catch { throw Self.findings(error, section) }
    }

    private func guarding<Result>(
        _ section: StageSection,
        _ body: () throws -> Result
    ) throws(DiagnosticList) -> Result {
        do { return try body() } catch { throw Self.findings(error, section) }
    }

    private static func findings(_ error: any Error, _ section: StageSection) -> DiagnosticList {
        if let list = error as? DiagnosticList {
            return DiagnosticList(list.all.map { $0.placed(at: .text(section.use.range)) })
        }
        return DiagnosticList([Diagnostic.wrapping(error, at: .text(section.use.range))])
    }
}
