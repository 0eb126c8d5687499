internal import Diagnostics
internal import PluginKit
internal import TOML

/// A layer of the file whose plugin and options are valid, ready to be created for each stage that it wraps.
package struct Layer: Sendable {
    let section: LayerSection
    /// The option that selects the kinds of call; nil if it has none.
    fileprivate let kindsOption: String?
    /// The files that its options name.
    let files: [DeclaredFile]
    private let order: LayerOrder?
    private let wraps: Set<CallKind>
    private let making: @Sendable (StageContext) throws -> any Middleware

    /// Creates the layer for a stage.
    func make(_ context: StageContext) throws(DiagnosticList) -> any Middleware {
        do {
            return try making(context)
        } catch let problems as DiagnosticList {
            throw problems
        } catch {
            throw DiagnosticList([Diagnostic.wrapping(error, at: .text(section.use.range))])
        }
    }

    /// Why it should not be inside another; nil if it may.
    func objection(inside outer: Layer) -> String? {
        guard let order, let other = outer.order, !wraps.isDisjoint(with: outer.wraps) else { return nil }
        return order.objection(inside: other)
    }

    /// Creates a layer of a plugin.
    ///
    /// - Throws: All errors in its options.
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
    /// The valid layers; errors in the others are reported once, however many stages they wrap.
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

    /// Layers that no stage uses.
    var unusedLayers: [Diagnostic] {
        guard stages.allSatisfy({ $0.layers != nil }) else { return [] }
        let used = Set(stages.flatMap { ($0.layers ?? []).map(\.name) })
        return layers.filter { !used.contains($0.name) }.map { layer in
            Diagnostic(
                "pipeline.unused-middleware",
                message: "no stage has the layer '\(layer.name)'",
                at: .text(layer.use.range),
                hint: "name it in a stage's 'middleware', or remove it",
                severity: .warning
            )
        }
    }

    /// Layers that stages use, but that do not apply to any of their calls.
    func idleLayers(_ layers: [Layer], nodes: [Plan.Node]) -> [Diagnostic] {
        let owned = Set(nodes.flatMap(\.layers.layerNames))
        let busy = Set(nodes.flatMap { node in node.callKinds.flatMap { node.layers(for: $0).layerNames } })
        // These stages make calls, but none whose answer may be cached.
        let asked = Set(nodes.flatMap { node in node.callKinds.flatMap { node.layers.wrapping($0).layerNames } })
        return layers.filter { owned.contains($0.section.name) && !busy.contains($0.section.name) }.map { layer in
            Diagnostic(
                "pipeline.idle-middleware",
                message: "the layer '\(layer.section.name)' does not apply to any call of the stages that use it",
                at: .text(layer.section.use.range),
                hint: asked.contains(layer.section.name)
                    ? "remove it: what these stages read is not cached, usually because reading it again is as fast"
                    : (layer.kindsOption.map { "name the calls it applies to in its '\($0)', or " } ?? "")
                        + "remove it",
                severity: .warning
            )
        }
    }
}
