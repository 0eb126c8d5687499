public import PluginKit

/// The layers that one kind of call of a stage passes through.
public struct CallPath: Sendable, Hashable {
    /// A layer around a call.
    public struct Layer: Sendable, Hashable {
        /// Its name in the pipeline.
        public let name: String
        /// Its plugin.
        public let plugin: String
    }

    /// The name of the calling stage.
    public let stage: String
    /// The kind of call.
    public let kind: CallKind
    /// The layers, outermost first; empty if there are none around the call.
    public let layers: [Layer]
}

extension Plan {
    /// The layers around the calls of all stages: the layers of the file that apply to such calls, as they were
    /// created.
    public var callPaths: [CallPath] {
        nodes.flatMap(callPaths)
    }

    /// The layers around the calls of one stage.
    func callPaths(of node: Node) -> [CallPath] {
        node.callKinds.map { kind in
            let stack = node.layers(for: kind)
            return CallPath(
                stage: node.name,
                kind: kind,
                layers: zip(stack.layerNames, stack.layerPlugins).map(CallPath.Layer.init)
            )
        }
    }
}

extension Plan.Node {
    /// The kinds of call that the stage makes.
    var callKinds: [CallKind] {
        let own: CallKind =
            switch stage {
            case .source: .page
            case .transform: .batch
            case .sink: .write
            }
        return makesExchanges ? [own, .exchange] : [own]
    }

    /// Whether there is anything that a cache could store: answers of web servers, or pages that may be cached.
    ///
    /// Writes cannot be cached, whatever their destination.
    package var isCacheable: Bool {
        switch stage {
        case .source(let source): makesExchanges || source.isCacheable
        case .transform: makesExchanges
        case .sink: false
        }
    }

    /// The layers that apply to a kind of call.
    package func layers(for kind: CallKind) -> MiddlewareStack {
        let layers = layers.wrapping(kind)
        if case .page = kind, case .source(let source) = stage, !source.isCacheable { return layers.withoutIdentity }
        return layers
    }
}
