internal import Synchronization

/// What a call works on, handed in through the layers round it.
///
/// Whoever makes a call holds what it is made with until there is an answer; held twice, a batch is copied by the first
/// change, and so is all that a stage remembers. So the stage takes it out, unless a layer may make the call again.
final class Parcel<Content: Sendable>: Sendable {
    // Whoever has found the parcel full, or has just filled it, is the only one to touch it; one that is kept never changes.
    private nonisolated(unsafe) var content: Content?
    private let isFull = Atomic(true)
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
    func take() -> Content {
        let isFull = isKept || isFull.exchange(false, ordering: .acquiringAndReleasing)
        guard isFull, let taken = isKept ? content : content.take() else {
            preconditionFailure("a layer whose plugin says that it makes calls once has made one again")
        }
        return taken
    }

    /// Takes back what a failed attempt has left of it, for its maker.
    func giveBack(_ rest: Content) {
        guard !isKept else { return }
        content = rest
        isFull.store(true, ordering: .releasing)
    }

    /// Hands it back to its maker; nil if it was taken out for good.
    func takeRest() -> Content? {
        guard isFull.exchange(false, ordering: .acquiringAndReleasing) else { return nil }
        return isKept ? content : content.take()
    }
}
