internal import PluginKit
internal import Pipelines

extension RunContext {
    /// What holds memory now, as far as it is known.
    ///
    /// Batches that were copied to several stages share their cells and count for each.
    var holdings: [MemoryHolding] {
        (pageHoldings + sinkHoldings + transformHoldings + cacheHoldings).filter { $0.bytes > 0 }
    }

    private var root: String { "pipeline '\(plan.pipeline)'" }

    private var pageHoldings: [MemoryHolding] {
        monitor.slots.map { source, _, slot in
            let reading = slot.reading
            let place =
                switch reading.state {
                case .reading, .idle: "being read"
                case .transforming(let node): "transform '\(self[node].name)'"
                case .waiting: "waiting for their turn"
                case .passing: "being passed to the next stages"
                }
            return MemoryHolding(
                kind: .batches,
                owner: self[source].name,
                path: ["cells of batches", place, "pages of source '\(self[source].name)'", root],
                bytes: reading.bytes,
                count: 1
            )
        }
    }

    private var sinkHoldings: [MemoryHolding] {
        monitor.sinks.flatMap { sink in
            let name = self[sink.node].name
            let reading = sink.slot.reading
            return [
                MemoryHolding(
                    kind: .batches,
                    owner: name,
                    path: ["cells of batches", "queue of sink '\(name)'", root],
                    bytes: sink.bytes,
                    count: sink.waiting
                ),
                MemoryHolding(
                    kind: .batches,
                    owner: name,
                    path: ["cells of batches", "being written by sink '\(name)'", root],
                    bytes: reading.state == .idle ? 0 : reading.bytes,
                    count: 1
                ),
            ]
        }
    }

    private var transformHoldings: [MemoryHolding] {
        let memories = monitor.memories.sorted { $0.key < $1.key }.map { node, bytes in
            let name = self[node].name
            return MemoryHolding(
                kind: .memory,
                owner: name,
                path: ["memory of '\(self[node].plugin)'", "transform '\(name)'", root],
                bytes: bytes,
                count: 1
            )
        }
        let files = monitor.spills.sorted { $0.key < $1.key }.map { node, folder in
            let name = self[node].name
            let (files, bytes) = folder.usage
            return MemoryHolding(
                kind: .spill,
                owner: name,
                path: ["temporary files", "transform '\(name)'", root],
                bytes: bytes,
                count: files
            )
        }
        return memories + files
    }

    /// The caches, each once: the layers of several stages share one.
    private var cacheHoldings: [MemoryHolding] {
        var seen: Set<String> = []
        return plan.nodes.flatMap { node in
            node.layers.memories.compactMap { layer, bytes in
                guard seen.insert(layer).inserted else { return nil }
                return MemoryHolding(
                    kind: .cache,
                    owner: layer,
                    path: ["entries of the cache", "layer '\(layer)'", root],
                    bytes: bytes,
                    count: 1
                )
            }
        }
    }
}
