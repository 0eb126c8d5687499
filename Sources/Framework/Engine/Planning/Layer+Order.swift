internal import Diagnostics
internal import PluginKit
internal import TOML

extension PipelineFile {
    /// Layers that stand inside of others round some stage, and should not; each pair once.
    func misplacedLayers(_ layers: [Layer]) -> [Diagnostic] {
        var findings: [Diagnostic] = []
        var seen: Set<[String]> = []
        for stage in stages {
            let round = stage.layers.map { names in
                names.compactMap { name in layers.first { $0.section.name == name.name } }
            }
            let stack = round ?? layers
            for (place, inner) in stack.enumerated() {
                for outer in stack[..<place] {
                    guard let objection = inner.objection(inside: outer),
                        seen.insert([inner.section.name, outer.section.name]).inserted
                    else { continue }
                    findings.append(
                        Diagnostic(
                            "pipeline.middleware-order",
                            "the layer '\(inner.section.name)' stands inside of '\(outer.section.name)': \(objection)",
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
