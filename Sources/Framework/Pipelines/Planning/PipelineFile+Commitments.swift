internal import Diagnostics
internal import PluginKit

extension PipelineFile {
    /// Warnings about sinks whose records are visible as soon as they are written, in a pipeline with others that
    /// publish at the end.
    func immediateSinks(_ nodes: [Plan.Node]) -> [Diagnostic] {
        let sinks = nodes.compactMap { node in
            if case .sink(let sink) = node.stage { (name: node.name, commitment: sink.commitment) } else { nil }
        }
        guard sinks.count > 1 else { return [] }
        return sinks.filter { $0.commitment == .immediate }.compactMap { sink in
            guard let section = self.sinks.first(where: { $0.name.name == sink.name }) else { return nil }
            return Diagnostic(
                "pipeline.immediate-sink",
                message:
                    "records of the sink '\(sink.name)' are visible immediately, even if the run fails, while the other sinks "
                    + "publish at the end or not at all",
                at: .text(section.use.range),
                hint: "give it a pipeline of its own, with needs = [\"\(name)\"]",
                severity: .warning
            )
        }
    }
}
