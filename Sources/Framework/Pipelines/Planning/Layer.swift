internal import Diagnostics
internal import PluginKit
internal import TOML

/// A layer of the file whose plugin and options are right, ready to be made for each stage that it wraps.
package struct Layer: Sendable {
    let section: LayerSection
    /// The option that says which kinds of call it is for; nil if it has none.
    fileprivate let kindsOption: String?
    /// The files that its options name.
    let files: [DeclaredFile]
    private let order: LayerOrder?
    private let wraps: Set<CallKind>
    private let making: @Sendable (StageContext) throws -> any Middleware

    /// The layer for a stage.
    func make(_ context: StageContext) throws(DiagnosticList) -> any Middleware {
        do {
            return try making(context)
        } catch let problems as DiagnosticList {
            throw problems
        } catch {
            throw DiagnosticList([Diagnostic.wrapping(error, at: .text(section.use.range))])
        }
    }

    /// Why it should not stand inside of another; nil if it may.
    func objection(inside outer: Layer) -> String? {
        guard let order, let other = outer.order, !wraps.isDisjoint(with: outer.wraps) else { return nil }
        return order.objection(inside: other)
    }

    /// A layer of a plugin.
    ///
    /// - Throws: everything that is wrong with its options.
    init<M: Middleware>(
        _ plugin: M.Type,
        section: LayerSection,
        interpolation: Interpolation,
        warnings: inout DiagnosticList
    ) throws(DiagnosticList) {
        self.section = section
        let options = try M.Options.bind(
            section.table,
            reserved: LayerSection.keys,
            interpolation: interpolation,
            subject: section.subject,
            warnings: &warnings
        )
        kindsOption = M.Options.definitions.first { $0.shape == [CallKind].shape }?.name
        files = options.declaredFiles
        order = M.order
        wraps = M.wraps
        making = { context in try M(options, in: context) }
    }
}

extension PipelineFile {
    /// The layers that can be made; what is wrong with the others is said once, however many stages they wrap.
    func layers(
        _ registry: Registry,
        interpolation: Interpolation,
        problems: inout DiagnosticList
    ) -> [Layer] {
        var layers: [Layer] = []
        for section in self.layers {
            do throws(DiagnosticList) {
                layers.append(
                    try Self.layer(section, registry: registry, interpolation: interpolation, warnings: &problems)
                )
            } catch {
                problems.append(contentsOf: error)
            }
        }
        return layers
    }

    private static func layer(
        _ section: LayerSection,
        registry: Registry,
        interpolation: Interpolation,
        warnings: inout DiagnosticList
    ) throws(DiagnosticList) -> Layer {
        let found: any Plugin.Type
        do throws(Diagnostic) {
            found = try registry.plugin(.middleware, named: section.use.name, at: .text(section.use.range))
        } catch {
            throw DiagnosticList([error])
        }
        guard let plugin = found as? any Middleware.Type else {
            preconditionFailure("the registry hands out plugins of the kind that was asked for")
        }
        return try Layer(plugin, section: section, interpolation: interpolation, warnings: &warnings)
    }

    /// Layers that no stage has.
    var unusedLayers: [Diagnostic] {
        guard stages.allSatisfy({ $0.layers != nil }) else { return [] }
        let used = Set(stages.flatMap { ($0.layers ?? []).map(\.name) })
        return layers.filter { !used.contains($0.name) }.map { layer in
            Diagnostic(
                "pipeline.unused-middleware",
                message: "no stage has the layer '\(layer.name)'",
                at: .text(layer.use.range),
                hint: "name it in a stage's 'middleware', or take it out",
                severity: .warning
            )
        }
    }

    /// Layers that stages have, and that have nothing to do for any of their calls.
    func idleLayers(_ layers: [Layer], nodes: [Plan.Node]) -> [Diagnostic] {
        let owned = Set(nodes.flatMap(\.layers.layerNames))
        let busy = Set(nodes.flatMap { node in node.callKinds.flatMap { node.layers(for: $0).layerNames } })
        // For these there are calls, and no answer that may be kept.
        let asked = Set(nodes.flatMap { node in node.callKinds.flatMap { node.layers.wrapping($0).layerNames } })
        return layers.filter { owned.contains($0.section.name) && !busy.contains($0.section.name) }.map { layer in
            Diagnostic(
                "pipeline.idle-middleware",
                message: "the layer '\(layer.section.name)' has nothing to do for any call of the stages that have it",
                at: .text(layer.section.use.range),
                hint: asked.contains(layer.section.name)
                    ? "take it out: what these stages read is not kept, as a rule because it is read again as quickly"
                    : (layer.kindsOption.map { "say in its '\($0)' which calls it is for, or " } ?? "") + "take it out",
                severity: .warning
            )
        }
    }
}
