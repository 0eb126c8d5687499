internal import PluginKit
internal import Records

/// What sources are asked for, found by going from the sinks back to them: the last phase of a plan.
///
/// It is a pure function of what the stages need, and makes no plugin.
struct Narrowing {
    /// The columns of an output that are needed, and those that may be null if the source cannot have them cheaply.
    private struct Wanted {
        var needed: Set<String> = []
        var wished: Set<String> = []

        mutating func formUnion(_ other: Wanted) {
            needed.formUnion(other.needed)
            wished.formUnion(other.wished)
        }

        /// The same before a stage with these needs.
        func before(_ needs: Needs, in input: Schema) -> Wanted {
            Wanted(
                needed: needs.before(needed, in: input),
                wished: needs.origins(of: wished, in: input).union(needs.wished.filter { input.column($0) != nil })
            )
        }
    }

    /// What each node is asked for, if it is a source.
    private(set) var requests: [ReadRequest?] = []

    /// - Parameter nodes: The nodes; inputs stand before what reads them.
    init(_ nodes: [Plan.Node]) {
        var wanted = [Wanted](repeating: Wanted(), count: nodes.count)
        for (index, node) in nodes.enumerated().reversed() {
            if let increment = node.increment {
                wanted[index].needed.formUnion(increment.fields.map { node.output.columns[$0.index].name })
            }
            let before = wanted[index].before(node.stage.needs, in: node.input)
            for port in Set(node.inputs.map(\.node)) { wanted[port].formUnion(before) }
            if let lookup = node.lookup {
                let schema = nodes[lookup.node].outputs[lookup.output].schema
                wanted[lookup.node].formUnion(wanted[index].before(node.stage.lookupNeeds, in: schema))
            }
        }
        requests = zip(nodes, wanted).map { node, wanted in
            guard node.kind == .source else { return nil }
            let schema = node.output.keeping { wanted.needed.contains($0.name) || wanted.wished.contains($0.name) }
            return ReadRequest(
                schema,
                wished: wanted.wished.subtracting(wanted.needed).filter { schema.column($0) != nil }
            )
        }
    }
}

extension ReadRequest {
    /// What tells it from others, for the identity of pages.
    var lines: [String] {
        schema.names.sorted() + wished.sorted().map { "if cheap: \($0)" } + conditions.map { "where \($0)" }
    }
}
