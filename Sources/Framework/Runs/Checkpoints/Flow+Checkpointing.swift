internal import Diagnostics
internal import PluginKit
internal import Records
internal import StateStore
internal import Pipelines

extension Flow {
    /// Everything that a checkpoint says, once the sinks are at rest.
    mutating func snapshot() async throws -> Snapshot {
        try await settle()
        var snapshot = Snapshot()
        for (index, position) in positions { snapshot.cursors[context[index].name] = position.text }
        for queue in queues { snapshot.marks[context[queue.node].name] = queue.mark }
        snapshot.states = try await context.monitor.during(.storing) { try await transforms.store(context.plan) }
        snapshot.folders = transforms.folders
        // A run that leaves out some records does not get as far as the last of them.
        for (index, edge) in edges where context.plan.scope.limit == nil {
            snapshot.states[StateName.edge(context[index].name)] = Self.bytes(edge)
        }
        for (index, edge) in delivered { snapshot.states[StateName.delivered(context[index].name)] = Self.bytes(edge) }
        for (index, whole) in wholeReads { snapshot.states[StateName.whole(context[index].name)] = Self.bytes(whole) }
        snapshot.parts = try parts()
        snapshot.counters = Self.bytes(RunCounters(self))
        return snapshot
    }

    /// The files that are being written, and how much of them counts.
    mutating func parts() throws -> [StagedFile] {
        var parts = try queues.flatMap { try $0.parts() }
        parts += transforms.files
        if let part = try rejects?.part() { parts.append(part) }
        return parts
    }

    /// Goes on where a checkpoint was taken.
    mutating func restore(_ checkpoint: Checkpoint) throws {
        var reader = StateReader(checkpoint.counters)
        let counters = try RunCounters(from: &reader)
        guard counters.tallies.count == report.stages.count else { throw StateReader.damaged }
        for (index, tally) in counters.tallies.enumerated() { report.stages[index].tally = tally }
        report.rejections = counters.rejections
        report.copied = counters.copied
        // The limit may have been changed in between; then it is counted from here on.
        if let window = counters.window, window.size == rejectWindow?.size { rejectWindow = window }
        for remark in counters.remarks { context.plan.log.say(remark.diagnostic) }
        progress.read = counters.read
        progress.accepted = counters.accepted
        let parts = Dictionary(checkpoint.parts.map { ($0.path, $0) }) { first, _ in first }
        for (index, node) in context.plan.nodes.enumerated() {
            guard case .source = node.stage else { continue }
            if let text = checkpoint.cursors[node.name] {
                let position = try SourcePosition(text)
                positions[index] = position
                entered[index] = position.read
            }
            if let bytes = checkpoint.states[StateName.edge(node.name)] { edges[index] = try Self.edge(bytes) }
            if let bytes = checkpoint.states[StateName.delivered(node.name)] {
                delivered[index] = try Self.edge(bytes)
            }
            if let bytes = checkpoint.states[StateName.whole(node.name)] {
                var reader = StateReader(bytes)
                wholeReads[index] = try WholeRead(from: &reader)
            }
        }
        if let rejects, let part = parts[rejects.temporaryPath] {
            self.rejects?.resume(at: part.bytes, records: part.records)
        }
    }

    private static func bytes(_ state: some StoredState) -> [UInt8] {
        var writer = StateWriter()
        state.write(to: &writer)
        return writer.bytes
    }

    private static func edge(_ bytes: [UInt8]) throws(Diagnostic) -> IncrementEdge {
        var reader = StateReader(bytes)
        return try IncrementEdge(from: &reader)
    }
}
