/// The layers around the calls of a stage, outermost first, with what the pipeline calls them.
package struct MiddlewareStack: Sendable {
    /// Outermost first.
    package let layers: [any Middleware]
    private let names: [String]
    /// The stacks for the kinds of call, in the order of the kinds; empty in one of these.
    ///
    /// Found once, since there are many calls.
    @usableFromInline package let kinds: [MiddlewareStack]
    /// Whether a layer uses what identifies an answer.
    package let usesMemos: Bool

    /// Layers, outermost first.
    ///
    /// - Parameters:
    ///   - layers: The layers.
    ///   - names: What the pipeline calls each of them; nil for the names of their plugins.
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
        usesMemos = layers.contains { type(of: $0).usesMemos }
    }

    /// Whether there is no layer.
    package var isEmpty: Bool { layers.isEmpty }

    /// How many simultaneous calls the layers are made for; nil if it does not matter to any.
    package var width: Int? { layers.compactMap(\.width).max() }

    /// The figures of the layers, with what the pipeline calls each of them.
    package var figures: [(layer: String, figures: [Figure])] {
        zip(names, layers).map { ($0, $1.figures) }.filter { !$0.1.isEmpty }
    }

    /// The layers with what the pipeline calls each of them, outermost first.
    package var members: [(name: String, layer: any Middleware)] { Array(zip(names, layers)) }

    /// What the pipeline calls the layers, outermost first.
    package var layerNames: [String] { names }
    /// The names of the layers' plugins, outermost first.
    package var layerPlugins: [String] { layers.map { type(of: $0).name } }
    /// What the layers report to exporters, with what the pipeline calls each of them.
    package var measurements: [(layer: String, measurements: [Measurement])] {
        zip(names, layers).map { ($0, $1.measurements) }.filter { !$0.1.isEmpty }
    }

    /// Ends what the layers do beside the calls, the outermost last.
    package func finish() async { for layer in layers.reversed() { await layer.finish() } }

    /// The layers that have something to do for a kind of call.
    @inlinable
    package func wrapping(_ kind: CallKind) -> MiddlewareStack { kinds.isEmpty ? self : kinds[kind.place] }

    /// The layers that have something to do for a call whose answer nothing identifies.
    package var withoutMemos: MiddlewareStack {
        let kept = zip(names, layers).filter { !type(of: $0.1).usesMemos }
        return MiddlewareStack(kept.map(\.1), names: kept.map(\.0), kinds: kinds.map(\.withoutMemos))
    }

    /// Makes a call through all layers that have something to do for its kind.
    ///
    /// - Parameters:
    ///   - call: The call.
    ///   - operation: Answers what passes all layers.
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
