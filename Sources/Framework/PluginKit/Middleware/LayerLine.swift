/// The layers of a stack, and what is asked of them for every call.
///
///     layers   cache   metrics   pool   timeout
///     gates    nil     ●         ●      ●          passed together by a call that the cache has handed on
///     keepers  ●       nil       nil    nil        asked for an answer before its layer is
///     limits   nil     nil       nil    30 s
@usableFromInline
final class LayerLine: Sendable {
    /// The passes of a call through gates that follow each other.
    @usableFromInline typealias Passes = InlineArray<8, GatePass>

    /// Outermost first.
    @usableFromInline let layers: [any Middleware]
    let names: [String]
    let usesMemos: Bool
    let repeatsCalls: Bool
    /// The layers that are gates, at their places.
    let gates: [GateCalls?]
    /// The layers that may have answers at hand, at their places.
    @usableFromInline let keepers: [(any AnswerKeeper)?]
    /// How long a call may take behind a gate, at its place.
    private let limits: [TimeLimit?]
    private let hasLimits: Bool
    /// Whether a layer has something to do only for calls whose answer something identifies, at its place.
    private let needsMemo: [Bool]
    /// The same gates, which live as long as this does, to be called without counting who holds them: a tenth of what
    /// it takes to pass one, and more where several threads do.
    private let borrowed: [Unmanaged<GateCalls>?]
    /// The first of them, whose clock is read; nil if there is none.
    private let clock: Unmanaged<GateCalls>?
    /// How many layers there are.
    @usableFromInline let end: Int

    init(_ layers: [any Middleware], _ names: [String]) {
        self.layers = layers
        self.names = names
        end = layers.count
        usesMemos = layers.contains { type(of: $0).usesMemos }
        repeatsCalls = layers.contains { type(of: $0).repeatsCalls }
        gates = layers.map { ($0 as? any Gate).map(GateCalls.make) }
        keepers = layers.map { $0 as? any AnswerKeeper }
        limits = layers.map { ($0 as? any Gate)?.limit }
        hasLimits = limits.contains { $0 != nil }
        needsMemo = layers.map { type(of: $0).usesMemos }
        borrowed = gates.map { $0.map(Unmanaged.passUnretained) }
        clock = borrowed.lazy.compactMap(\.self).first
    }

    /// The time of the gates, in nanoseconds of their clock.
    @usableFromInline var moment: Int64 { clock?._withUnsafeGuaranteedRef { $0.moment } ?? 0 }

    /// How long what is behind a gate may take, if a call has just passed it.
    ///
    /// - Parameters:
    ///   - gate: The place of the last layer that was passed.
    ///   - first: Where the call began; nothing was passed if that is behind it.
    /// - Returns: The limit; nil if there is none.
    @usableFromInline
    func limit(of gate: Int, from first: Int) -> TimeLimit? { hasLimits && gate >= first ? limits[gate] : nil }

    /// Lets a call in at one gate after the other, as long as each does so at once and none has a limit of time.
    ///
    /// Not for the types of a call, as what calls it is: so it is there once.
    ///
    /// - Parameters:
    ///   - kind: What the call does.
    ///   - isIdentified: Whether something identifies its answer.
    ///   - moment: The time, in nanoseconds of the clock.
    ///   - first: The first layer.
    ///   - passes: Where the passes go, that of `first` to the first place.
    /// - Returns: The first layer that was not passed.
    @usableFromInline
    func enter(
        _ kind: CallKind,
        isIdentified: Bool,
        at moment: Int64,
        from first: Int,
        _ passes: inout Passes
    ) -> Int {
        let last = min(end, first + Passes.count)
        var index = first
        while index < last {
            if let gate = borrowed[index] {
                guard let pass = gate._withUnsafeGuaranteedRef({ $0.enterAtOnce(kind, at: moment) }) else { break }
                passes[index - first] = pass
                if hasLimits, limits[index] != nil { return index + 1 }
            } else if isIdentified || !needsMemo[index] {
                break
            }
            index += 1
        }
        return index
    }

    /// The answer to a call, if a layer has it at hand.
    ///
    /// - Parameters:
    ///   - index: The place of the layer.
    ///   - call: The call.
    /// - Returns: The answer; nil if the call has to be made, or the layer to see to it.
    @inlinable
    func answerAtHand<Input: Sendable, Output: Sendable>(at index: Int, to call: Call<Input, Output>) -> Output? {
        guard let keeper = keepers[index], let memo = call.memo else { return nil }
        var answer: Output?
        let isGiven = keeper.giveAtOnce(memo.key, of: memo.subject) { bytes in
            answer = try? memo.decode(bytes)
            return answer != nil
        }
        return isGiven ? answer : nil
    }

    /// Sees a call out that was answered, the innermost gate first.
    @usableFromInline
    func leave(_ passed: Range<Int>, _ passes: borrowing Passes, _ kind: CallKind) {
        guard !passed.isEmpty else { return }
        let moment = moment
        for index in passed.reversed() {
            let pass = passes[index - passed.lowerBound]
            borrowed[index]?._withUnsafeGuaranteedRef { $0.leave(pass, kind, nil, at: moment) }
        }
    }
}
