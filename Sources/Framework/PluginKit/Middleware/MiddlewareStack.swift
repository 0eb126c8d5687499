/// The layers round the calls of a stage, outermost first.
public struct MiddlewareStack: Sendable {
    private let layers: [any Middleware]
    private let names: [String]

    /// Layers, outermost first.
    ///
    /// - Parameters:
    ///   - layers: The layers.
    ///   - names: What the pipeline calls each of them; nil for the names of their plugins.
    public init(_ layers: [any Middleware] = [], names: [String]? = nil) {
        self.layers = layers
        self.names = names ?? layers.map { type(of: $0).name }
    }

    /// Whether there is no layer.
    public var isEmpty: Bool { layers.isEmpty }

    /// Whether any makes use of what identifies an answer.
    public var usesMemos: Bool { layers.contains { type(of: $0).usesMemos } }

    /// How many calls at the same time the layers are made for; nil if it does not matter to any.
    public var width: Int? { layers.compactMap(\.width).max() }

    /// What the layers have to tell, with what the pipeline calls each of them.
    public var figures: [(layer: String, figures: [Figure])] {
        zip(names, layers).map { ($0, $1.figures) }.filter { !$0.1.isEmpty }
    }

    /// Brings to an end what the layers do beside the calls, the outermost last.
    public func finish() async { for layer in layers.reversed() { await layer.finish() } }

    /// The layers that have something to do for a kind of call.
    public func wrapping(_ kind: CallKind) -> MiddlewareStack {
        let kept = zip(names, layers).filter { type(of: $0.1).wraps.contains(kind) }
        return MiddlewareStack(kept.map(\.1), names: kept.map(\.0))
    }

    /// Makes a call through all layers.
    public func run<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        _ operation: @escaping @Sendable (Input) async throws -> Output
    ) async throws -> Output {
        try await run(call, from: 0, operation)
    }

    private func run<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        from index: Int,
        _ operation: @escaping @Sendable (Input) async throws -> Output
    ) async throws -> Output {
        guard index < layers.count else { return try await operation(call.input) }
        return try await layers[index].handle(call) { inner in
            try await run(inner, from: index + 1, operation)
        }
    }
}
