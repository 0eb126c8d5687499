internal import Diagnostics
internal import PluginKit
internal import Records

/// Makes the nodes of a plan from opened stages and the descriptions of sources: the third phase, a pure function.
///
/// A stage that cannot be created is left out, and so are its readers. Only errors in the options of those readers are
/// reported, which were found before; other errors would only be consequences.
struct Resolver {
    private let opened: OpenedPipeline
    private let descriptions: Descriptions
    private(set) var nodes: [Plan.Node] = []
    /// The nodes, by the indices of their stages in the graph.
    private var made: [Int: Int] = [:]
    /// The errors found so far.
    private(set) var problems = DiagnosticList()

    init(_ opened: OpenedPipeline, descriptions: Descriptions) {
        self.opened = opened
        self.descriptions = descriptions
        var bounds = PlanBounds()
        for (index, entry) in opened.bound.graph.entries.enumerated() {
            guard let stage = opened.stages[index] else { continue }
            do throws(DiagnosticList) {
                guard let node = try node(entry, stage: stage, bounds: &bounds) else { continue }
                try bounds.add(columnsOf: node, of: entry.section)
                made[index] = nodes.count
                nodes.append(node)
            } catch {
                problems.append(contentsOf: error)
                if bounds.areReached { break }
            }
        }
    }

    /// The node of a stage; nil if a stage that it reads could not be created.
    private func node(
        _ entry: StageGraph.Entry,
        stage: OpenedStage,
        bounds: inout PlanBounds
    ) throws(DiagnosticList) -> Plan.Node? {
        let ports = try ports(entry.inputs, nodes: nodes, made: made)
        let lookup = try self.ports(entry.lookup.map { [$0] } ?? [], nodes: nodes, made: made)
        guard let ports, let lookup, !entry.isBroken else { return nil }
        if ports.count > 1 {
            let widths = ports.map { nodes[$0.node].outputs[$0.output].schema.width }
            try bounds.add(columns: widths.reduce(0, +), of: entry.section)
        }
        let input = try union(
            ports.map { (nodes[$0.node].name, nodes[$0.node].outputs[$0.output].schema) },
            for: entry.section
        )
        let made: Plan.Node.Stage
        let outputs: [Output]
        var increment: NodeIncrement?
        var findsNews = false
        switch stage.bound.opening {
        case .source:
            guard let source = stage.source, let description = descriptions[entry.section.name.name] else { return nil }
            made = .source(source)
            outputs = [Output(description.schema)]
            increment = try stage.bound.guarding { try NodeIncrement(description, section: entry.section) }
            findsNews = entry.section.since != nil && increment == nil
        case .reader(let open):
            made = try stage.bound.guarding {
                try open(input, lookup.first.map { nodes[$0.node].outputs[$0.output].schema }, stage.context)
            }
            outputs = made.outputs
        }
        return Plan.Node(
            name: entry.section.name.name,
            plugin: entry.section.use.name,
            kind: entry.section.kind,
            stage: made,
            input: input,
            outputs: outputs,
            inputs: ports,
            lookup: lookup.first,
            request: ReadRequest(outputs.first?.schema ?? [:]),
            identity: "",
            increment: increment,
            findsNews: findsNews,
            layers: stage.layers,
            makesExchanges: stage.bound.plugin.makesExchanges,
            http: stage.http
        )
    }
}

extension Plan.Node.Stage {
    /// The outputs of a transform.
    fileprivate var outputs: [Output] {
        switch self {
        case .transform(let stage): stage.outputs
        case .source, .sink: []
        }
    }
}
