internal import PluginKit
internal import Records

/// What sources need to deliver, found by going from the sinks back to them.
///
/// It is a pure function of what the stages need, and calls no plugin.
struct Narrowing {
    /// The columns of an output that are needed, and those that may be null if the source cannot have them cheaply.
    struct Wanted: Hashable, Sendable {
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

    /// What is wanted of each node, of all of its outputs together.
    private(set) var wanted: [Wanted]

    /// - Parameter nodes: The nodes; inputs stand before what reads them.
    init(_ nodes: [Plan.Node]) {
        wanted = [Wanted](repeating: Wanted(), count: nodes.count)
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
        for (index, node) in nodes.enumerated() where node.kind == .source {
            let names = Set(node.output.names)
            wanted[index].needed.formIntersection(names)
            wanted[index].wished = wanted[index].wished.intersection(names).subtracting(wanted[index].needed)
        }
    }
}
