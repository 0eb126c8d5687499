public import PluginKit

/// The layers that one kind of call of a stage goes through.
public struct CallPath: Sendable, Hashable {
    /// A layer on the way.
    public struct Layer: Sendable, Hashable {
        /// What the pipeline calls it.
        public let name: String
        /// The plugin that it is.
        public let plugin: String
    }

    /// The stage that calls.
    public let stage: String
    /// What it calls for.
    public let kind: CallKind
    /// The layers, outermost first; empty if nothing is round the call.
    public let layers: [Layer]
}

extension Plan {
    /// The layers round the calls of all stages: those of the file that are for such calls, as they were made.
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

    /// Whether there is anything that a cache could keep: answers of web servers, or pages that may be kept.
    ///
    /// What is written cannot be kept, whoever it is sent to.
    package var isCacheable: Bool {
        switch stage {
        case .source(let source): makesExchanges || source.isCacheable
        case .transform: makesExchanges
        case .sink: false
        }
    }

    /// The layers that have something to do for a kind of call.
    package func layers(for kind: CallKind) -> MiddlewareStack {
        let layers = layers.wrapping(kind)
        if case .page = kind, case .source(let source) = stage, !source.isCacheable { return layers.withoutMemos }
        return layers
    }
}
