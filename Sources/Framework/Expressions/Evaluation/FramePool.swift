internal import Platform

/// Frames that wait for the next batch, so that several tasks can evaluate an expression, each with memory of its own.
final class FramePool: Sendable {
    private let slots: Int
    private let free = Locked<[Frame]>([])

    init(slots: Int) { self.slots = slots }

    func take() -> Frame { free.withLock { $0.popLast() } ?? Frame(slots: slots) }

    func giveBack(_ frame: Frame) { free.withLock { if $0.count < Self.most { $0.append(frame) } } }

    /// More frames than tasks that run at the same time are not kept.
    private static let most = 8
}

// A frame is either in the pool or used by the one caller that has taken it.
extension Frame: @unchecked Sendable {}
