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
    /// The filters that a source keeps to exactly, so that nothing is left to do for them, each with its source.
    private(set) var filteredAtSource: [Int: Int] = [:]
    /// The conditions that each source has accepted.
    private var conditions: [[Condition]]

    /// Finds out what sources are asked for: conditions go up first, then needs.
    ///
    /// - Parameters:
    ///   - nodes: The nodes; inputs stand before what reads them.
    ///   - handsUpConditions: Whether sources are asked to keep to conditions.
    init(_ nodes: [Plan.Node], handsUpConditions: Bool) {
        conditions = [[Condition]](repeating: [], count: nodes.count)
        if handsUpConditions { handUp(nodes) }
        var wanted = [Wanted](repeating: Wanted(), count: nodes.count)
        for (index, node) in nodes.enumerated().reversed() {
            if let increment = node.increment {
                wanted[index].needed.formUnion(increment.fields.map { node.output.columns[$0.index].name })
            }
            let needs = filteredAtSource[index] == nil ? node.stage.needs : .columns([])
            let before = wanted[index].before(needs, in: node.input)
            for port in Set(node.inputs.map(\.node)) { wanted[port].formUnion(before) }
            if let lookup = node.lookup {
                let schema = nodes[lookup.node].outputs[lookup.output].schema
                wanted[lookup.node].formUnion(wanted[index].before(node.stage.lookupNeeds, in: schema))
            }
        }
        for (index, node) in nodes.enumerated() {
            guard node.kind == .source else {
                requests.append(nil)
                continue
            }
            let (needed, wished) = (wanted[index].needed, wanted[index].wished)
            let schema = node.output.keeping { needed.contains($0.name) || wished.contains($0.name) }
            requests.append(
                ReadRequest(
                    schema,
                    wished: wished.subtracting(needed).filter { schema.column($0) != nil },
                    conditions: conditions[index]
                )
            )
        }
    }

    /// Hands the conditions of filters to the sources that they come to.
    private mutating func handUp(_ nodes: [Plan.Node]) {
        var readers = [Int](repeating: 0, count: nodes.count)
        for node in nodes {
            for port in Set(node.inputs) { readers[port.node] += 1 }
            if let lookup = node.lookup { readers[lookup.node] += 1 }
        }
        for (index, node) in nodes.enumerated() {
            let needs = node.stage.needs
            guard !needs.conditions.isEmpty else { continue }
            var sources: [Int?] = []
            for condition in needs.conditions {
                sources.append(
                    handUp(condition, from: index, nodes: nodes, readers: readers).flatMap { $1 == .exact ? $0 : nil }
                )
            }
            guard needs.onlyFilters, node.outputs.count == 1, node.output == node.input, let source = sources.first,
                let source, sources.allSatisfy({ $0 == source })
            else { continue }
            filteredAtSource[index] = source
        }
    }

    /// Hands a condition of a stage to the source that its records come from.
    ///
    /// It goes up through stages that are transparent, under the names that columns have there; not past one that has
    /// another reader, for that wants the other records, nor where the column is made, nor where several inputs meet.
    ///
    /// - Returns: The source and how it keeps to the condition; nil if it comes to none.
    private mutating func handUp(
        _ condition: Condition,
        from index: Int,
        nodes: [Plan.Node],
        readers: [Int]
    ) -> (Int, Acceptance)? {
        var condition = condition
        var place = nodes[index].inputs
        while let port = place.first, place.count == 1, readers[port.node] == 1 {
            let node = nodes[port.node]
            if case .source(let source) = node.stage {
                // All of its records say how far a source has got.
                guard node.increment == nil, node.output.column(condition.column) != nil else { return nil }
                let acceptance = source.accepts(condition, description: Description(node.output))
                if acceptance != .none, !conditions[port.node].contains(condition) {
                    conditions[port.node].append(condition)
                }
                return (port.node, acceptance)
            }
            guard node.stage.needs.isTransparent, let name = node.stage.needs.oldName(of: condition.column) else {
                return nil
            }
            condition.column = name
            place = node.inputs
        }
        return nil
    }
}

extension Needs {
    /// Whether the stage does nothing but leave out records that do not meet its conditions.
    fileprivate var onlyFilters: Bool {
        !takesAll && always.isEmpty && wished.isEmpty && made.isEmpty && moved.isEmpty && passesOthers && isTransparent
    }

    /// What a column is called before the stage; nil if it is not one of the columns there.
    fileprivate func oldName(of column: String) -> String? {
        if let old = moved[column] { return old }
        return made[column] == nil && passesOthers ? column : nil
    }
}

extension ReadRequest {
    /// What tells it from others, for the identity of pages.
    var lines: [String] {
        schema.names.sorted() + wished.sorted().map { "if cheap: \($0)" } + conditions.map { "where \($0)" }
    }
}
