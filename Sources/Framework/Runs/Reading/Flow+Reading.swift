internal import PluginKit
internal import Records
internal import StateStore
internal import Pipelines

extension Flow {
    /// How a source is to be read from a position on.
    func reading(of index: Int, from position: SourcePosition, workers: Int) -> SourceReading? {
        let plan = context.plan
        guard case .source(let source) = plan.nodes[index].stage else { return nil }
        let node = plan.nodes[index]
        // A table is looked things up in by every partition, and must be whole.
        let isTable = plan.tableStages.contains(index)
        // Which part a page belongs to is its place among the pages; that a window without order forgets.
        let isOrdered = plan.settings.ordered || (isTable && plan.scope.partition != nil)
        return SourceReading(
            context: context,
            node: index,
            reader: PageReader(
                source: source,
                node: node,
                settings: plan.settings,
                calls: context.calls,
                meter: context.monitor.meters[index],
                since: since(of: index),
                time: plan.time
            ),
            transforms: transforms.sideBySide,
            position: position,
            window: PageWindow(width: max(workers, node.layers.width ?? 0), isOrdered: isOrdered),
            delivered: delivered[index],
            present: present,
            partition: plan.scope.partition,
            isTable: isTable,
            limit: isTable ? nil : plan.scope.limit
        )
    }

    /// How far the incremental sources have got.
    var bookmarks: [Bookmark] {
        edges.sorted { $0.key < $1.key }.compactMap { index, edge in
            var writer = StateWriter()
            edge.write(to: &writer)
            return Bookmark.edge(writer.bytes, of: context[index].name)
        }
    }
}

extension Plan {
    /// The stages whose records go into a table, sources among them.
    var tableStages: Set<Int> { Self.tableStages(of: nodes) }
}
