internal import PluginKit

/// What a call works on, handed in through the layers round it.
///
/// Whoever makes a call holds what it is made with until there is an answer; held twice, a batch is copied by the first
/// change, and so is all that a stage remembers. So the stage takes it out, unless a layer may make the call again.
final class Parcel<Content: Sendable>: Sendable {
    private let content: Guarded<Content?>
    private let isKept: Bool

    /// Something to work on.
    ///
    /// - Parameters:
    ///   - content: What it is; its maker should not hold it any longer.
    ///   - isKept: Whether it may be wanted more than once.
    init(_ content: consuming Content, isKept: Bool) {
        self.content = Guarded(content)
        self.isKept = isKept
    }

    /// Hands it out: the thing itself, or a copy if it may be wanted again.
    func take() -> Content {
        content.withLock { content in
            guard let taken = isKept ? content : content.take() else {
                preconditionFailure("a layer whose plugin says that it makes calls once has made one again")
            }
            return taken
        }
    }

    /// Takes back what a failed attempt has left of it, for its maker.
    func giveBack(_ rest: Content) {
        guard !isKept else { return }
        content.withLock { $0 = rest }
    }

    /// What is in it; nil if it was taken out for good.
    var rest: Content? { content.withLock { $0 } }
}
