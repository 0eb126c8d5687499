internal import PluginKit
internal import Records
internal import Synchronization

/// What a call works on: a batch, and what a stage remembers from one to the next.
struct Cargo: Sendable {
    var batch: Batch
    var memory: any StoredState

    /// A batch, and what is remembered with it.
    init(_ batch: consuming Batch, memory: any StoredState = NoMemory()) {
        self.batch = batch
        self.memory = memory
    }

    /// Nothing.
    static var none: Cargo { Cargo(Batch([:])) }
}

/// What a stage remembers that remembers nothing, and what stands where a memory was that is somewhere else.
struct NoMemory: StoredState {
    init() {}
    init(from reader: inout StateReader) {}
    func write(to writer: inout StateWriter) {}
}

/// Hands what a call works on through the layers round it.
///
/// Whoever makes a call holds what it is made with until there is an answer; held twice, a batch is copied by the first
/// change, and so is all that a stage remembers. So the stage takes it out, unless a layer may make the call again.
///
///     whole ── the stage takes it ──→ out ── it has failed ──→ whole
///       └───── its maker has given the call up ──→ reclaimed: a stage that is reached all the same is not called
final class Parcel: Sendable {
    private enum State: UInt8, AtomicRepresentable {
        case whole, out, reclaimed
    }

    // Whoever has found the parcel whole, or has just made it so, is the only one to touch it; one that is kept never
    // changes.
    private nonisolated(unsafe) var cargo: Cargo?
    private let state = Atomic(State.whole)
    private let isKept: Bool

    /// Something to work on.
    ///
    /// - Parameters:
    ///   - cargo: What it is; its maker should not hold it any longer.
    ///   - isKept: Whether it may be wanted more than once.
    init(_ cargo: consuming Cargo, isKept: Bool) {
        self.cargo = cargo
        self.isKept = isKept
    }

    /// Hands it out: the thing itself, or a copy if it may be wanted again.
    ///
    /// - Throws: `CancellationError` if its maker has given the call up and taken it back.
    func take() throws -> Cargo {
        let state =
            isKept
            ? state.load(ordering: .acquiring)
            : state.compareExchange(expected: .whole, desired: .out, ordering: .acquiringAndReleasing).original
        switch state {
        case .whole: break
        case .reclaimed: throw CancellationError()
        case .out: preconditionFailure("a layer whose plugin says that it makes calls once has made one again")
        }
        guard let taken = isKept ? cargo : cargo.take() else {
            preconditionFailure("whoever finds the parcel whole is the only one to empty it")
        }
        return taken
    }

    /// Takes back what a failed attempt has left of it, for its maker.
    func giveBack(_ rest: Cargo) {
        guard !isKept else { return }
        cargo = rest
        state.store(.whole, ordering: .releasing)
    }

    /// Hands it back to its maker, who makes no more attempts; nil if a stage has it.
    func takeRest() -> Cargo? {
        let found = state.compareExchange(expected: .whole, desired: .reclaimed, ordering: .acquiringAndReleasing)
        guard found.exchanged else { return nil }
        return isKept ? cargo : cargo.take()
    }
}
