internal import PluginKit
internal import Records

/// What each source is asked for, determined from the sinks back to the sources: the last phase of a plan.
///
/// It is a pure function of the stages' needs, and creates no plugin.
struct Narrowing {
    /// The columns of an output that are needed, and those that may be null if the source cannot deliver them cheaply.
    private struct Wanted {
        var needed: Set<String> = []
        var optional: Set<String> = []

        mutating func formUnion(_ other: Wanted) {
            needed.formUnion(other.needed)
            optional.formUnion(other.optional)
        }

        /// The columns wanted before a stage with these needs.
        func before(_ needs: Needs, in input: Schema) -> Wanted {
            Wanted(
                needed: needs.before(needed, in: input),
                optional: needs.origins(of: optional, in: input).union(
                    needs.optional.filter { input.column($0) != nil }
                )
            )
        }
    }

    /// The request to each node that is a source.
    private(set) var requests: [ReadRequest?] = []
    /// The filters that a source applies exactly, so that they have nothing left to do, each with its source.
    private(set) var filteredAtSource: [Int: Int] = [:]
    /// The conditions that each source has accepted.
    private var conditions: [[Condition]]

    /// Determines the requests to sources: conditions are pushed down first, then needs.
    ///
    /// - Parameters:
    ///   - nodes: The nodes; inputs come before their readers.
    ///   - handsUpConditions: Whether sources are asked to apply conditions.
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
            let (needed, optional) = (wanted[index].needed, wanted[index].optional)
            let schema = node.output.keeping { needed.contains($0.name) || optional.contains($0.name) }
            requests.append(
                ReadRequest(
                    schema,
                    optional: optional.subtracting(needed).filter { schema.column($0) != nil },
                    conditions: conditions[index]
                )
            )
        }
    }

    /// Pushes the conditions of filters down to the sources that they reach.
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

    /// Pushes a condition of a stage down to the source of its records.
    ///
    /// It passes through transparent stages, under the names that columns have there. It does not pass a stage that has
    /// another reader, which needs the other records, nor a stage that creates the column, nor one with several inputs.
    ///
    /// - Returns: The source and how it applies the condition; nil if the condition reaches none.
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
                // An incremental source needs all its records to determine its progress.
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
    /// Whether the stage only removes records that do not meet its conditions.
    fileprivate var onlyFilters: Bool {
        !takesAll && always.isEmpty && optional.isEmpty && made.isEmpty && renamed.isEmpty && keepsOtherColumns
            && isTransparent
    }

    /// The name of a column before the stage; nil if the column does not exist there.
    fileprivate func oldName(of column: String) -> String? {
        if let old = renamed[column] { return old }
        return made[column] == nil && keepsOtherColumns ? column : nil
    }
}

extension ReadRequest {
    /// The request as lines, for the identity of pages.
    var lines: [String] {
        schema.names.sorted() + optional.sorted().map { "if cheap: \($0)" } + conditions.map { "where \($0)" }
    }
}
