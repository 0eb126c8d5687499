package import PluginKit

/// Leaves the other side alone for a time when it fails again and again.
package struct Breaker: Middleware {
    package static let name = "breaker"
    package static let summary = "Leaves the other side alone for a time when it fails again and again."
    package static let details = """
        After so many failures in a row that may pass, whichever calls they were, it opens: for the time of `pause` no \
        call is made. Then one is let through. If it has an answer, or fails for a reason of its own, all others follow; \
        if it fails for a reason that may pass, the pause begins anew.

        Calls that come meanwhile wait, so that an outage costs time and no attempts of `retry`; each failure of the one \
        that is let through does count there. With `waits = false` they fail at once, as something that may pass after \
        what is left of the pause.

        All stages that have the layer share it: what one has found out, all know. Put it inside of `retry`, and outside \
        of `timeout`, whose failures count.
        """
    package static let example: String? = """
        [middleware.outage]
        use = "breaker"
        failures = 3
        pause = "1m"
        """
    package static let wraps = Set(CallKind.allCases)
    package static let order: LayerOrder? = .spare

    package struct Options: OptionGroup {
        @Option("After how many failures in a row that may pass it opens.", in: 1...10_000)
        package var failures = 5

        @Option("How long no call is made then.", in: .milliseconds(1) ... .seconds(86_400))
        package var pause = Duration.seconds(30)

        @Option("Whether calls wait meanwhile; otherwise they fail at once.")
        package var waits = true

        @Option("The kinds of call that count. Default: the HTTP requests of a stage that makes such; else all.")
        package var calls: [CallKind]?

        package init() {}
    }

    package let calls: Set<CallKind>
    let circuit: SharedCircuit
    private let holding: CallsUnderway.Holding
    /// Whether calls that it wraps can be made from inside of others.
    private let nests: Bool
    private let waits: Bool
    let context: StageContext

    package init(_ options: Options, in context: StageContext) {
        calls = context.kinds(options.calls)
        nests = calls.contains(.exchange) && calls.count > 1
        waits = options.waits
        self.context = context
        // Of one run: what an outage did to an earlier one is past, and its numbers may have been others.
        circuit = context.shared.object("breaker \(context.layer) \(context.run.id)") {
            SharedCircuit(Circuit(failures: options.failures, pause: options.pause), time: context.time)
        }
        holding = CallsUnderway.Holding(ObjectIdentifier(circuit))
    }

    package var figures: [Figure] { circuit.figures }

    package func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        guard calls.contains(call.kind), !nests || !CallsUnderway.hold(circuit) else { return try await next(call) }
        let passage = try await pass()
        do {
            let output =
                nests && call.kind != .exchange
                ? try await CallsUnderway.holding(holding) { try await next(call) }
                : try await next(call)
            leave(passage, error: nil)
            return output
        } catch {
            leave(passage, error: error)
            throw error
        }
    }

    private func leave(_ passage: Circuit.Passage, error: (any Error)?) {
        switch error.flatMap(StageFailure.init) {
        case .transient(let diagnostic, _): if circuit.end(passage, sign: .fails) { warn(diagnostic) }
        case .blocked: circuit.end(passage, sign: .isUnknown)
        // Whoever finds fault with a call is there.
        case .badBatch, .sourceChanged, nil:
            circuit.end(passage, sign: error is CancellationError ? .isUnknown : .answers)
        }
    }

    /// Waits to be let through, or fails at once.
    private func pass() async throws -> Circuit.Passage {
        switch try await circuit.pass(waits: waits) {
        case .goes(let passage): return passage
        case .isOpen(let left):
            throw StageFailure.blocked(
                Diagnostic(
                    "breaker.open",
                    message: "no call is made for another \(left.words), since too many in a row have failed",
                    hint: "'waits = true' has calls wait for it"
                ),
                retryAfter: left
            )
        }
    }

    private func warn(_ diagnostic: Diagnostic) {
        context.log.say(
            Diagnostic(
                "breaker.opens",
                message: "calls pause, since several in a row have failed: \(diagnostic.message)",
                category: .transient,
                at: .stage(context.stage, at: nil),
                severity: .warning
            )
        )
    }
}
