internal import PluginKit
internal import Records
internal import StateStore

extension Flow {
    /// How a source is to be read from a position on.
    func reading(of index: Int, from position: SourcePosition, _ workers: Int) -> SourceReading? {
        let plan = route.plan
        guard case .source(let source) = plan.nodes[index].stage else { return nil }
        let node = plan.nodes[index]
        // A table is looked things up in by every partition, and must be whole.
        let isTable = plan.tableSources.contains(index)
        return SourceReading(
            route: route,
            node: index,
            reader: PageReader(
                source: source,
                node: node,
                batchSize: plan.settings.batchSize,
                calls: route.calls,
                meter: route.monitor.meters[index],
                since: since(of: index),
                time: plan.time
            ),
            tables: tables,
            position: position,
            window: PageWindow(width: max(workers, node.layers.width ?? 0), isOrdered: plan.settings.ordered),
            delivered: delivered[index],
            present: present,
            partition: isTable ? nil : plan.scope.partition,
            limit: isTable ? nil : plan.scope.limit
        )
    }

    /// How far the incremental sources have got.
    var bookmarks: [Bookmark] {
        edges.sorted { $0.key < $1.key }.compactMap { index, edge in
            var writer = StateWriter()
            edge.write(to: &writer)
            return Bookmark.edge(writer.bytes, of: route[index].name)
        }
    }
}

extension Plan {
    /// The sources whose records go into a table.
    var tableSources: Set<Int> {
        var origins: [Set<Int>] = []
        for (index, node) in nodes.enumerated() {
            origins.append(node.kind == .source ? [index] : Set(node.inputs.flatMap { origins[$0.node] }))
        }
        return nodes.reduce(into: []) { sources, node in
            if let lookup = node.lookup { sources.formUnion(origins[lookup.node]) }
        }
    }
}
