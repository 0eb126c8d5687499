/// Sees every durable step just before and just after it is made.
///
/// Tests make one fail, or stop there as a power cut would.
///
/// A step is made in the order: `reach(before)`, the step itself, `reach(after)`. What `reach` throws is thrown on by
/// whoever was about to make the step, or has made it: after `before` nothing of the step is there, after `after` all of
/// it is. Nobody tidies up after a step that a fault point refused, so that what is left is what a power cut leaves.
///
/// `reach` is called with the lock of whoever makes the step held. It may read files and start processes; it must not
/// call back.
public protocol FaultPoint: Sendable {
    /// Lets a step pass, or throws.
    func reach(_ step: DurableStep) throws

    /// How many bytes of a write go into the file at once: all of them, unless a fault point says otherwise.
    ///
    /// It is asked between `reach(before)` and the write. Fewer than all are a short write, such as the system itself may
    /// make: whoever writes goes on with the rest in a step of its own, unless `reach(after)` throws. So a write is torn
    /// by allowing a part of it and throwing behind it.
    ///
    /// - Parameters:
    ///   - step: The step, `before`, with the act `write`.
    ///   - range: Where the bytes go, in bytes from the start of the file.
    /// - Returns: How many of them are written, from the first on; at least one is.
    /// - Throws: Whatever it likes; then nothing is written.
    func allowance(for step: DurableStep, writing range: Range<Int>) throws -> Int
}

extension FaultPoint {
    /// All of them.
    public func allowance(for step: DurableStep, writing range: Range<Int>) -> Int { range.count }
}

/// One step that makes something last: a commit, a sync, a rename.
public struct DurableStep: Sendable, Hashable, CustomStringConvertible {
    /// Which side of the step.
    public enum Moment: String, Sendable, Hashable, CaseIterable {
        /// Nothing of it has happened.
        case before
        /// All of it has happened.
        case after
    }

    /// What kind of step.
    public enum Act: String, Sendable, Hashable, CaseIterable {
        /// A file or folder comes into being.
        case create
        /// Bytes go into a file.
        case write
        /// A file is cut to a length.
        case cut
        /// A file or folder is brought to the disk.
        case sync
        /// A file gets another name.
        case rename
        /// A file goes away.
        case remove
        /// A transaction of the state is committed.
        case commit
    }

    /// What is done.
    public let act: Act
    /// What it is done to: a path or, for a commit, what the transaction is for, such as `checkpoint`.
    public let subject: String
    /// Which side of it.
    public let moment: Moment
    /// The name that a file had, or has besides, when it gets the one that is the subject; nil for all other steps.
    public let origin: String?

    /// A side of a step.
    public init(_ act: Act, of subject: String, at moment: Moment, from origin: String? = nil) {
        self.act = act
        self.subject = subject
        self.moment = moment
        self.origin = origin
    }

    /// Such as `before commit checkpoint`.
    public var description: String { "\(moment) \(act) \(subject)" }
}
