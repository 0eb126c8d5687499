/// The layers round the calls of a stage, outermost first.
public struct MiddlewareStack: Sendable {
    @usableFromInline let line: LayerLine
    /// The stacks for the kinds of call, in the order of the kinds; empty in one of these.
    ///
    /// Found out once, since there are many calls.
    @usableFromInline let kinds: [MiddlewareStack]

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
        line = LayerLine(layers, names)
        self.kinds = kinds
    }

    /// Whether there is no layer.
    public var isEmpty: Bool { line.layers.isEmpty }

    /// Whether any makes use of what identifies an answer.
    public var usesMemos: Bool { line.usesMemos }

    /// Whether any may make a call more than once.
    public var repeatsCalls: Bool { line.repeatsCalls }

    /// How many calls at the same time the layers are made for; nil if it does not matter to any.
    public var width: Int? { line.layers.compactMap(\.width).max() }

    /// What the layers have to tell, with what the pipeline calls each of them.
    public var figures: [(layer: String, figures: [Figure])] {
        zip(line.names, line.layers).map { ($0, $1.figures) }.filter { !$0.1.isEmpty }
    }

    /// The layers with what the pipeline calls each of them, outermost first.
    package var members: [(name: String, layer: any Middleware)] { Array(zip(line.names, line.layers)) }

    /// What the pipeline calls the layers, outermost first.
    package var layerNames: [String] { line.names }
    /// What the plugins are called that the layers are, outermost first.
    package var layerPlugins: [String] { line.layers.map { type(of: $0).name } }
    /// What the layers have to tell for exporters, with what the pipeline calls each of them.
    public var measurements: [(layer: String, measurements: [Measurement])] {
        zip(line.names, line.layers).map { ($0, $1.measurements) }.filter { !$0.1.isEmpty }
    }

    /// Brings to an end what the layers do beside the calls, the outermost last.
    public func finish() async { for layer in line.layers.reversed() { await layer.finish() } }

    /// The layers that have something to do for a kind of call.
    public func wrapping(_ kind: CallKind) -> MiddlewareStack { kinds.isEmpty ? self : kinds[kind.place] }

    /// The layers that have something to do for a call whose answer nothing identifies.
    package var withoutMemos: MiddlewareStack {
        let kept = zip(line.names, line.layers).filter { !type(of: $0.1).usesMemos }
        return MiddlewareStack(kept.map(\.1), kept.map(\.0), kinds: kinds.map(\.withoutMemos))
    }

    /// Makes a call through all layers that have something to do for it.
    ///
    /// Inlinable, as what it calls, so that it is made for the types of the call: with types that it does not know, each
    /// step of it would look them up.
    @inlinable
    @inline(__always)
    public func run<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        _ operation: @escaping @Sendable (Input) async throws -> Output
    ) async throws -> Output {
        let line = kinds.isEmpty ? line : kinds[call.kind.place].line
        guard line.end > 0 else { return try await operation(call.input) }
        return try await Self.run(call, through: line, from: 0, operation)
    }

    /// Makes a call through the layers from one on.
    ///
    /// Gates that let it in at once are passed here; whatever comes first that is none, or does not, has the rest inside.
    @inlinable
    static func run<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        through line: LayerLine,
        from first: Int,
        _ operation: @escaping @Sendable (Input) async throws -> Output
    ) async throws -> Output {
        var passes = LayerLine.Passes(repeating: GatePass())
        let moment = line.moment
        let inner = line.enter(call.kind, isIdentified: call.isIdentified, at: moment, from: first, &passes)
        do {
            let output: Output
            if let limit = line.limit(of: inner - 1, from: first) {
                if inner == line.end, !call.suspends {
                    output = try await limit.judging(since: moment) { try await operation(call.input) }
                } else {
                    output = try await limit.within(waits: call.kind == .write, since: moment) {
                        inner == line.end
                            ? try await operation(call.input)
                            : try await run(call, through: line, from: inner, operation)
                    }
                }
            } else if inner == line.end {
                output = try await operation(call.input)
            } else if inner == first + LayerLine.Passes.count {
                output = try await run(call, through: line, from: inner, operation)
            } else if let answer = line.answerAtHand(at: inner, to: call) {
                output = answer
            } else if inner + 1 == line.end {
                output = try await line.layers[inner].handle(call) { try await operation($0.input) }
            } else {
                output = try await line.layers[inner].handle(call) {
                    try await run($0, through: line, from: inner + 1, operation)
                }
            }
            line.leave(first..<inner, passes, call.kind)
            return output
        } catch {
            return try await recover(call, through: line, first..<inner, passes, from: error, operation)
        }
    }

    /// Sees a call out that has failed, the innermost gate first, until one has an answer after all.
    @usableFromInline
    static func recover<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        through line: LayerLine,
        _ gates: Range<Int>,
        _ passes: LayerLine.Passes,
        from error: any Error,
        _ operation: @escaping @Sendable (Input) async throws -> Output
    ) async throws -> Output {
        var error = error
        for index in gates.reversed() {
            guard let gate = line.gates[index] else { continue }
            let pass = passes[index - gates.lowerBound]
            gate.leave(pass, call.kind, error, at: line.moment)
            guard gate.recovers(from: error) else { continue }
            do {
                let output = try await gate.recover(call, from: error, pass) {
                    try await run($0, through: line, from: index + 1, operation)
                }
                line.leave(gates.lowerBound..<index, passes, call.kind)
                return output
            } catch let failure {
                error = failure
            }
        }
        throw error
    }
}
