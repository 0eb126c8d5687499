/// The layers round the calls of a stage, outermost first.
public struct MiddlewareStack: Sendable {
    private let layers: [any Middleware]
    private let names: [String]
    /// The stacks for the kinds of call, in the order of the kinds; empty in one of these.
    ///
    /// Found out once, since there are many calls.
    private let kinds: [MiddlewareStack]

    /// Layers, outermost first.
    ///
    /// - Parameters:
    ///   - layers: The layers.
    ///   - names: What the pipeline calls each of them; nil for the names of their plugins.
    public init(_ layers: [any Middleware] = [], names: [String]? = nil) {
        let names = names ?? layers.map { type(of: $0).name }
        self.init(
            layers,
            names,
            kinds: CallKind.allCases.map { kind in
                let kept = zip(names, layers).filter { $0.1.calls.contains(kind) }
                return MiddlewareStack(kept.map(\.1), kept.map(\.0), kinds: [])
            }
        )
    }

    private init(_ layers: [any Middleware], _ names: [String], kinds: [MiddlewareStack]) {
        self.layers = layers
        self.names = names
        self.kinds = kinds
    }

    /// Whether there is no layer.
    public var isEmpty: Bool { layers.isEmpty }

    /// Whether any makes use of what identifies an answer.
    public var usesMemos: Bool { layers.contains { type(of: $0).usesMemos } }

    /// Whether any may make a call more than once.
    public var repeatsCalls: Bool { layers.contains { type(of: $0).repeatsCalls } }

    /// How many calls at the same time the layers are made for; nil if it does not matter to any.
    public var width: Int? { layers.compactMap(\.width).max() }

    /// What the layers have to tell, with what the pipeline calls each of them.
    public var figures: [(layer: String, figures: [Figure])] {
        zip(names, layers).map { ($0, $1.figures) }.filter { !$0.1.isEmpty }
    }

    /// What the pipeline calls the layers, outermost first.
    package var layerNames: [String] { names }
    /// What the plugins are called that the layers are, outermost first.
    package var layerPlugins: [String] { layers.map { type(of: $0).name } }
    /// What the layers have to tell for exporters, with what the pipeline calls each of them.
    public var measurements: [(layer: String, measurements: [Measurement])] {
        zip(names, layers).map { ($0, $1.measurements) }.filter { !$0.1.isEmpty }
    }

    /// Brings to an end what the layers do beside the calls, the outermost last.
    public func finish() async { for layer in layers.reversed() { await layer.finish() } }

    /// The layers that have something to do for a kind of call.
    public func wrapping(_ kind: CallKind) -> MiddlewareStack { kinds.isEmpty ? self : kinds[kind.place] }

    /// Makes a call through all layers.
    public func run<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        _ operation: @escaping @Sendable (Input) async throws -> Output
    ) async throws -> Output {
        guard let outermost = layers.first else { return try await operation(call.input) }
        return try await outermost.handle(call, next: Self.inside(of: 0, layers, operation))
    }

    /// What a layer has inside of it.
    private static func inside<Input: Sendable, Output: Sendable>(
        of index: Int,
        _ layers: [any Middleware],
        _ operation: @escaping @Sendable (Input) async throws -> Output
    ) -> @Sendable (Call<Input, Output>) async throws -> Output {
        let next = index + 1
        guard next < layers.count else { return { try await operation($0.input) } }
        return { try await layers[next].handle($0, next: inside(of: next, layers, operation)) }
    }
}
