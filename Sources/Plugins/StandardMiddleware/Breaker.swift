package import PluginKit

/// Stops calls for a time when they fail repeatedly.
package struct Breaker: Middleware {
    package static let name = "breaker"
    package static let summary = "Stops calls for a time when they fail repeatedly."
    package static let details = """
        After `failures` transient failures in a row, of any calls, the breaker opens: for the time of `pause` no call \
        is made. Then one trial call is made. If the trial is answered, or fails for a reason that is not transient, \
        all other calls follow; if it fails transiently, the pause begins again.

        Calls that arrive while the breaker is open wait, so an outage costs time but no attempts of `retry`; only a \
        failure of the trial counts there. With `waits = false` they fail immediately with a transient failure that \
        states the rest of the pause.

        All stages that use the layer share the breaker. Put it inside of `retry`, and outside of `timeout`, whose \
        failures count.
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
        @Option("The number of transient failures in a row after which the breaker opens.", in: 1...10_000)
        package var failures = 5

        @Option("How long the breaker stays open.", in: .milliseconds(1) ... .seconds(86_400))
        package var pause = Duration.seconds(30)

        @Option("Whether calls wait while the breaker is open; otherwise they fail immediately.")
        package var waits = true

        @Option("The kinds of call that count. Default: the HTTP requests of a stage that makes any; otherwise all.")
        package var calls: [CallKind]?

        package init() {}
    }

    package let calls: Set<CallKind>
    let circuit: SharedCircuit
    private let holding: CallsUnderway.Holding
    /// Whether one wrapped call can run inside of another.
    private let nests: Bool
    private let waits: Bool
    let context: StageContext

    package init(_ options: Options, in context: StageContext) {
        calls = context.kinds(options.calls)
        nests = calls.contains(.exchange) && calls.count > 1
        waits = options.waits
        self.context = context
        // Shared within one run only: an outage of an earlier run is over, and its options may have differed.
        circuit = context.shared.object("breaker \(context.layer) \(context.run.id)") {
            SharedCircuit(Circuit(failures: options.failures, pause: options.pause), time: context.time)
        }
        holding = CallsUnderway.Holding(ObjectIdentifier(circuit))
    }

    package var measurements: [Measurement] { circuit.measurements }

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
        // A service that rejects a call is available.
        case .badBatch, .sourceChanged, nil:
            circuit.end(passage, sign: error is CancellationError ? .isUnknown : .answers)
        }
    }

    /// Waits until the call may be made, or throws immediately.
    private func pass() async throws -> Circuit.Passage {
        switch try await circuit.pass(waits: waits) {
        case .goes(let passage): return passage
        case .isOpen(let left):
            throw StageFailure.blocked(
                Diagnostic(
                    "breaker.open",
                    message: "no call is made for another \(left.words), since too many calls in a row have failed",
                    hint: "with 'waits = true', calls wait until the breaker closes"
                ),
                retryAfter: left
            )
        }
    }

    private func warn(_ diagnostic: Diagnostic) {
        context.log.say(
            Diagnostic(
                "breaker.opens",
                message: "calls pause, since several calls in a row have failed: \(diagnostic.message)",
                category: .transient,
                at: .stage(context.stage, at: nil),
                severity: .warning
            )
        )
    }
}
