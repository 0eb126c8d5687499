internal import Diagnostics
internal import PluginKit
internal import TOML

extension PipelineFile {
    /// The layers that are inside others around some stage and should not be; each pair once.
    func misplacedLayers(_ layers: [Layer]) -> [Diagnostic] {
        var findings: [Diagnostic] = []
        var seen: Set<[String]> = []
        // Layers of one plugin have the same order relative to all others, so only the outermost of each is compared;
        // stages with the same layers are checked once.
        let byName = Dictionary(layers.map { ($0.section.name, $0) }) { first, _ in first }
        var stacks: Set<[String]> = []
        for stage in stages where stacks.insert(stage.layers?.map(\.name) ?? [""]).inserted {
            let round = stage.layers.map { names in
                names.compactMap { byName[$0.name] }
            }
            var outermost: [(plugin: String, layer: Layer)] = []
            for inner in round ?? layers {
                defer {
                    let plugin = inner.section.use.name
                    if !outermost.contains(where: { $0.plugin == plugin }) { outermost.append((plugin, inner)) }
                }
                for outer in outermost.map(\.layer) {
                    guard let objection = inner.objection(inside: outer),
                        seen.insert([inner.section.name, outer.section.name]).inserted
                    else { continue }
                    findings.append(
                        Diagnostic(
                            "pipeline.middleware-order",
                            message:
                                "the layer '\(inner.section.name)' is inside '\(outer.section.name)': \(objection)",
                            at: .text(inner.section.use.range),
                            hint: round == nil
                                ? "define '\(inner.section.name)' before '\(outer.section.name)'"
                                : "name '\(inner.section.name)' before '\(outer.section.name)' in 'middleware'",
                            severity: .warning
                        )
                    )
                }
            }
        }
        return findings
    }
}
