/// The calls of a gate whose type is not known: an object, since handing on a value of unknown type takes longer than the
/// call.
class GateCalls: @unchecked Sendable {  // It has no state but for the gate of its only subclass, which is Sendable.
    var moment: Int64 { 0 }

    fileprivate init() {}

    static func make(_ gate: any Gate) -> GateCalls {
        func box<Layer: Gate>(_ gate: Layer) -> GateCalls { CallsOfGate(gate) }
        return box(gate)
    }

    func enterAtOnce(_ kind: CallKind, at moment: Int64) -> GatePass? { nil }

    func leave(_ pass: GatePass, _ kind: CallKind, _ error: (any Error)?, at moment: Int64) {}

    func recovers(from error: any Error) -> Bool { false }

    func recover<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        from error: any Error,
        _ pass: GatePass,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        throw error
    }
}

// Both of its properties are constants of types that are Sendable.
private final class CallsOfGate<Layer: Gate>: GateCalls, @unchecked Sendable {
    let gate: Layer
    let time: any TimeSource

    init(_ gate: Layer) {
        self.gate = gate
        time = gate.time
        super.init()
    }

    override var moment: Int64 { time.nanoseconds }

    override func enterAtOnce(_ kind: CallKind, at moment: Int64) -> GatePass? { gate.enterAtOnce(kind, at: moment) }

    override func leave(_ pass: GatePass, _ kind: CallKind, _ error: (any Error)?, at moment: Int64) {
        gate.leave(pass, kind, error, at: moment)
    }

    override func recovers(from error: any Error) -> Bool { gate.recovers(from: error) }

    override func recover<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        from error: any Error,
        _ pass: GatePass,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        try await gate.recover(call, from: error, pass, next: next)
    }
}
