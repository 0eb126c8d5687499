/// The layers round the calls of a stage, outermost first.
public struct MiddlewareStack: Sendable {
    /// A layer, with what is asked of it for every call.
    @usableFromInline
    struct Station: Sendable {
        @usableFromInline let layer: any Middleware
        @usableFromInline let gate: GateCalls?
        @usableFromInline let limit: TimeLimit?
        @usableFromInline let usesMemos: Bool

        init(_ layer: any Middleware) {
            self.layer = layer
            let gate = layer as? any Gate
            self.gate = gate.map(GateCalls.make)
            limit = gate?.limit
            usesMemos = type(of: layer).usesMemos
        }
    }

    /// All there is of a stack, and what is asked of it for every call.
    @usableFromInline
    final class Line: Sendable {
        let layers: [any Middleware]
        let names: [String]
        let usesMemos: Bool
        let repeatsCalls: Bool
        @usableFromInline let stations: [Station]
        /// The gate whose clock is read; nil if there is none.
        @usableFromInline let clock: GateCalls?

        init(_ layers: [any Middleware], _ names: [String]) {
            self.layers = layers
            self.names = names
            usesMemos = layers.contains { type(of: $0).usesMemos }
            repeatsCalls = layers.contains { type(of: $0).repeatsCalls }
            stations = layers.map(Station.init)
            clock = stations.lazy.compactMap(\.gate).first
        }

        @inlinable var end: Int { stations.count }
        @inlinable var moment: Int64 { clock?.moment ?? 0 }
    }

    /// The passes of a call through gates that follow each other.
    @usableFromInline typealias Passes = InlineArray<8, GatePass>

    @usableFromInline let line: Line
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
        line = Line(layers, names)
        self.kinds = kinds
    }

    /// Whether there is no layer.
    public var isEmpty: Bool { line.stations.isEmpty }

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
        through line: Line,
        from first: Int,
        _ operation: @escaping @Sendable (Input) async throws -> Output
    ) async throws -> Output {
        var passes = Passes(repeating: GatePass())
        let end = min(line.end, first + Passes.count)
        let moment = line.moment
        var limit: TimeLimit?
        var index = first
        while index < end, limit == nil {
            if let gate = line.stations[index].gate {
                guard let pass = gate.enterAtOnce(call.kind, at: moment) else { break }
                passes[index - first] = pass
                limit = line.stations[index].limit
            } else if !line.stations[index].usesMemos || call.memo != nil {
                break
            }
            index += 1
        }
        let inner = index
        do {
            let output: Output
            if let limit, inner == line.end, !call.suspends {
                output = try await limit.judging(since: moment) { try await operation(call.input) }
            } else if let limit {
                output = try await limit.within(waits: call.kind == .write, since: moment) {
                    inner == line.end
                        ? try await operation(call.input) : try await run(call, through: line, from: inner, operation)
                }
            } else if inner == line.end {
                output = try await operation(call.input)
            } else if inner == first + Passes.count {
                output = try await run(call, through: line, from: inner, operation)
            } else if inner + 1 == line.end {
                output = try await line.stations[inner].layer.handle(call) { try await operation($0.input) }
            } else {
                output = try await line.stations[inner].layer.handle(call) {
                    try await run($0, through: line, from: inner + 1, operation)
                }
            }
            leave(line, first..<inner, passes, call.kind)
            return output
        } catch {
            return try await recover(call, through: line, first..<inner, passes, from: error, operation)
        }
    }

    /// Sees a call out that was answered, the innermost gate first.
    @inlinable
    static func leave(_ line: Line, _ gates: Range<Int>, _ passes: borrowing Passes, _ kind: CallKind) {
        guard !gates.isEmpty else { return }
        let moment = line.moment
        for index in gates.reversed() {
            line.stations[index].gate?.leave(passes[index - gates.lowerBound], kind, nil, at: moment)
        }
    }

    /// Sees a call out that has failed, the innermost gate first, until one has an answer after all.
    @usableFromInline
    static func recover<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        through line: Line,
        _ gates: Range<Int>,
        _ passes: Passes,
        from error: any Error,
        _ operation: @escaping @Sendable (Input) async throws -> Output
    ) async throws -> Output {
        var error = error
        for index in gates.reversed() {
            guard let gate = line.stations[index].gate else { continue }
            let pass = passes[index - gates.lowerBound]
            gate.leave(pass, call.kind, error, at: line.moment)
            guard gate.recovers(from: error) else { continue }
            do {
                let output = try await gate.recover(call, from: error, pass) {
                    try await run($0, through: line, from: index + 1, operation)
                }
                leave(line, gates.lowerBound..<index, passes, call.kind)
                return output
            } catch let failure {
                error = failure
            }
        }
        throw error
    }
}
