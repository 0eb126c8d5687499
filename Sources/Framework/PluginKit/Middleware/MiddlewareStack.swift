/// The layers around the calls of a stage, outermost first, with their names in the pipeline.
package struct MiddlewareStack: Sendable {
    /// The layers, outermost first.
    package let layers: [any Middleware]
    private let names: [String]
    /// The stacks for each kind of call, in the order of the kinds; empty inside such a stack.
    ///
    /// Computed once, since there are many calls.
    @usableFromInline package let kinds: [MiddlewareStack]
    /// Whether a layer uses the identity of an answer.
    package let needsIdentity: Bool

    /// A stack of layers, outermost first.
    ///
    /// - Parameters:
    ///   - layers: The layers.
    ///   - names: The name of each in the pipeline; nil for the names of their plugins.
    package init(_ layers: [any Middleware] = [], names: [String]? = nil) {
        let names = names ?? layers.map { type(of: $0).name }
        self.init(
            layers,
            names: names,
            kinds: CallKind.allCases.map { kind in
                let kept = zip(names, layers).filter { $0.1.calls.contains(kind) }
                return MiddlewareStack(kept.map(\.1), names: kept.map(\.0), kinds: [])
            }
        )
    }

    private init(_ layers: [any Middleware], names: [String], kinds: [MiddlewareStack]) {
        self.layers = layers
        self.names = names
        self.kinds = kinds
        needsIdentity = layers.contains { type(of: $0).needsIdentity }
    }

    /// Whether there is no layer.
    package var isEmpty: Bool { layers.isEmpty }

    /// How many simultaneous calls the layers are made for; nil if it does not matter to any.
    package var width: Int? { layers.compactMap(\.width).max() }

    /// The layers with their names in the pipeline, outermost first.
    package var members: [(name: String, layer: any Middleware)] { Array(zip(names, layers)) }

    /// The names of the layers in the pipeline, outermost first.
    package var layerNames: [String] { names }
    /// The names of the layers' plugins, outermost first.
    package var layerPlugins: [String] { layers.map { type(of: $0).name } }
    /// What the layers have measured, with the name of each layer in the pipeline.
    package var measurements: [(layer: String, measurements: [Measurement])] {
        zip(names, layers).map { ($0, $1.measurements) }.filter { !$0.1.isEmpty }
    }

    /// The memory of layers in bytes, with the name of each in the pipeline; layers without any are missing.
    package var memories: [(layer: String, bytes: Int)] {
        zip(names, layers).compactMap { name, layer in layer.bytesInMemory.map { (name, $0) } }
    }

    /// Ends the layers' work outside of calls, the outermost last.
    package func finish() async { for layer in layers.reversed() { await layer.finish() } }

    /// The layers that handle a kind of call.
    @inlinable
    package func wrapping(_ kind: CallKind) -> MiddlewareStack { kinds.isEmpty ? self : kinds[kind.place] }

    /// The layers that handle a call without an identity.
    package var withoutIdentity: MiddlewareStack {
        let kept = zip(names, layers).filter { !type(of: $0.1).needsIdentity }
        return MiddlewareStack(kept.map(\.1), names: kept.map(\.0), kinds: kinds.map(\.withoutIdentity))
    }

    /// Makes a call through all layers that handle its kind.
    ///
    /// - Parameters:
    ///   - call: The call.
    ///   - operation: Answers a call that passes all layers.
    /// - Returns: The answer of the outermost layer.
    /// - Throws: What the outermost layer throws.
    @inlinable
    package func run<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        operation: @escaping @Sendable (Input) async throws -> Output
    ) async throws -> Output {
        try await wrapping(call.kind).layers.run(call, operation: operation)
    }
}
