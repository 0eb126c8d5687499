internal import Diagnostics
internal import PluginKit

/// What a run over a part of the records can do, and what only a run over all of them can do.
///
///     source ──┬──▶ transform ──▶ (looked up in)    the table: every part reads it whole
///              └──▶ sink                            delivered: every part writes its own pages
///
/// A stage whose records go into a table receives all of them in every part, whatever else reads them; what it passes
/// to a stage outside of tables is the part's share.
extension Plan {
    /// The stages whose records go into a table, including sources: each part passes them all records.
    package static func tableStages(of nodes: [Node]) -> Set<Int> {
        var stages = Set(nodes.compactMap { $0.lookup?.node })
        // Inputs come before their readers.
        for (index, node) in nodes.enumerated().reversed() where stages.contains(index) {
            stages.formUnion(node.inputs.map(\.node))
        }
        return stages
    }

    /// The stages whose records reach a sink other than through a table.
    private static func deliveringStages(of nodes: [Node]) -> Set<Int> {
        var stages: Set<Int> = []
        for (index, node) in nodes.enumerated().reversed() where node.kind == .sink || stages.contains(index) {
            stages.formUnion(node.inputs.map(\.node))
        }
        return stages
    }

    /// Why nodes cannot process a part of the records, each at its position in the file.
    ///
    /// - Parameters:
    ///   - nodes: The nodes; inputs come before their readers.
    ///   - file: The pipeline file that contains the nodes.
    /// - Returns: `pipeline.partition` for each that cannot; empty if the pipeline can be run in parts.
    static func refusals(ofPartsOf nodes: [Node], in file: PipelineFile) -> DiagnosticList {
        let tables = tableStages(of: nodes)
        let delivering = deliveringStages(of: nodes)
        var refusals = DiagnosticList()
        for (index, node) in nodes.enumerated() {
            guard let section = file.stages.first(where: { $0.name.name == node.name }) else { continue }
            if node.isIncremental {
                refusals.append(
                    Diagnostic(
                        "pipeline.partition",
                        message:
                            "the source '\(node.name)' is read incrementally, which parts cannot do: each would set a "
                            + "bookmark of its own, and records would be lost or repeated",
                        at: .text((section.since ?? section.use).range),
                        hint: "run it without --partition, or remove 'since'"
                    )
                )
            }
            guard let reason = node.stage.instance.needsWhole else { continue }
            // A source that is only looked up in is read in full; so is whatever fills a table.
            let isGivenAll = tables.contains(index) && (node.kind != .source || !delivering.contains(index))
            if isGivenAll { continue }
            refusals.append(
                Diagnostic(
                    "pipeline.partition",
                    message: "the \(node.kind) '\(node.name)' cannot be run in parts: \(reason)",
                    at: .text(section.use.range),
                    hint: "run it without --partition; 1/1 is all of the work"
                )
            )
        }
        return refusals
    }
}
