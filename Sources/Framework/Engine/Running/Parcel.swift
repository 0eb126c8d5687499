internal import Synchronization

/// What a call works on, handed in through the layers round it.
///
/// Whoever makes a call holds what it is made with until there is an answer; held twice, a batch is copied by the first
/// change, and so is all that a stage remembers. So the stage takes it out, unless a layer may make the call again.
///
///     whole ── the stage takes it ──→ out ── it has failed ──→ whole
///       └───── its maker has given the call up ──→ reclaimed: a stage that is reached all the same is not called
final class Parcel<Content: Sendable>: Sendable {
    private enum State: UInt8, AtomicRepresentable {
        case whole, out, reclaimed
    }

    // Whoever has found the parcel whole, or has just made it so, is the only one to touch it; one that is kept never
    // changes.
    private nonisolated(unsafe) var content: Content?
    private let state = Atomic(State.whole)
    private let isKept: Bool

    /// Something to work on.
    ///
    /// - Parameters:
    ///   - content: What it is; its maker should not hold it any longer.
    ///   - isKept: Whether it may be wanted more than once.
    init(_ content: consuming Content, isKept: Bool) {
        self.content = content
        self.isKept = isKept
    }

    /// Hands it out: the thing itself, or a copy if it may be wanted again.
    ///
    /// - Throws: `CancellationError` if its maker has given the call up and taken it back.
    func take() throws -> Content {
        let state =
            isKept
            ? state.load(ordering: .acquiring)
            : state.compareExchange(expected: .whole, desired: .out, ordering: .acquiringAndReleasing).original
        switch state {
        case .whole: break
        case .reclaimed: throw CancellationError()
        case .out: preconditionFailure("a layer whose plugin says that it makes calls once has made one again")
        }
        guard let taken = isKept ? content : content.take() else {
            preconditionFailure("whoever finds the parcel whole is the only one to empty it")
        }
        return taken
    }

    /// Takes back what a failed attempt has left of it, for its maker.
    func giveBack(_ rest: Content) {
        guard !isKept else { return }
        content = rest
        state.store(.whole, ordering: .releasing)
    }

    /// Hands it back to its maker, who makes no more attempts; nil if a stage has it.
    func takeRest() -> Content? {
        let found = state.compareExchange(expected: .whole, desired: .reclaimed, ordering: .acquiringAndReleasing)
        guard found.exchanged else { return nil }
        return isKept ? content : content.take()
    }
}
