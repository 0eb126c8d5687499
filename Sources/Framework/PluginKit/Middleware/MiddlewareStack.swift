/// The layers round the calls of a stage, outermost first.
public struct MiddlewareStack: Sendable {
    /// A layer, with what is asked of it for every call.
    private struct Station {
        let layer: any Middleware
        let gate: (any Gate)?
        let usesMemos: Bool

        init(_ layer: any Middleware) {
            self.layer = layer
            gate = layer as? any Gate
            usesMemos = type(of: layer).usesMemos
        }
    }

    private let layers: [any Middleware]
    private let stations: [Station]
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
        stations = layers.map(Station.init)
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

    /// Makes a call through all layers that have something to do for it.
    public func run<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        _ operation: @escaping @Sendable (Input) async throws -> Output
    ) async throws -> Output {
        let stations = kinds.isEmpty ? stations : kinds[call.kind.place].stations
        guard !stations.isEmpty else { return try await operation(call.input) }
        return try await Self.run(call, through: stations[...], operation)
    }

    /// Makes a call through the layers from one on.
    ///
    /// Gates that let it in at once are passed here; whatever comes first that is none, or does not, has the rest inside.
    private static func run<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        through stations: ArraySlice<Station>,
        _ operation: @escaping @Sendable (Input) async throws -> Output
    ) async throws -> Output {
        var passes: [GatePass] = []
        var index = stations.startIndex
        while index < stations.endIndex {
            if let gate = stations[index].gate {
                guard let pass = gate.enterAtOnce(call) else { break }
                if passes.isEmpty { passes.reserveCapacity(stations.count) }
                passes.append(pass)
            } else if !stations[index].usesMemos || call.memo != nil {
                break
            }
            index += 1
        }
        let passed = stations[..<index]
        do {
            let output: Output
            if index == stations.endIndex {
                output = try await operation(call.input)
            } else {
                let inner = stations[(index + 1)...]
                output =
                    inner.isEmpty
                    ? try await stations[index].layer.handle(call) { try await operation($0.input) }
                    : try await stations[index].layer.handle(call) { try await run($0, through: inner, operation) }
            }
            leave(passed, passes, call.kind, nil)
            return output
        } catch {
            leave(passed, passes, call.kind, error)
            throw error
        }
    }

    /// Sees a call out of the gates among some layers, the innermost first.
    private static func leave(
        _ stations: ArraySlice<Station>,
        _ passes: [GatePass],
        _ kind: CallKind,
        _ error: (any Error)?
    ) {
        var left = passes.endIndex
        for index in stations.indices.reversed() {
            guard let gate = stations[index].gate else { continue }
            left -= 1
            gate.leave(passes[left], kind, error)
        }
    }
}
