/// Is called immediately before and after each durable step.
///
/// Tests use it to make a step fail, or to stop there as a power failure would.
///
/// For each step, the order is `reach(before)`, the step itself, `reach(after)`. The code that makes the step rethrows
/// what `reach` throws. If `before` throws, nothing of the step has happened; if `after` throws, all of it has. No code
/// cleans up after a step that a fault point failed, so the state is the same as after a power failure.
///
/// `reach` is called while the lock of the code that makes the step is held. It may read files and start processes; it
/// must not call back.
public protocol FaultPoint: Sendable {
    /// Lets a step continue, or throws.
    func reach(_ step: DurableStep) throws

    /// How many bytes of a write go into the file in one step. Default: all of them.
    ///
    /// It is called between `reach(before)` and the write. A smaller number causes a short write, which the system
    /// itself may also cause: the code writes the remaining bytes in another step, unless `reach(after)` throws. To
    /// tear a write, allow a part of it and throw after it.
    ///
    /// - Parameters:
    ///   - step: The step, `before`, with the act `write`.
    ///   - range: Where the bytes go, in bytes from the start of the file.
    /// - Returns: How many of them are written, from the first on; at least one is.
    /// - Throws: Any error; then nothing is written.
    func allowance(for step: DurableStep, writing range: Range<Int>) throws -> Int
}

extension FaultPoint {
    /// All of the bytes.
    public func allowance(for step: DurableStep, writing range: Range<Int>) -> Int { range.count }
}

/// One step that makes a change durable: a commit, a sync, a rename.
public struct DurableStep: Sendable, Hashable, CustomStringConvertible {
    /// Before or after the step.
    public enum Side: String, Sendable, Hashable, CaseIterable {
        /// Nothing of the step has happened.
        case before
        /// All of the step has happened.
        case after
    }

    /// The kind of step.
    public enum Act: String, Sendable, Hashable, CaseIterable {
        /// A file or folder is created.
        case create
        /// Bytes are written to a file.
        case write
        /// A file is truncated.
        case cut
        /// A file or folder is synced to the disk.
        case sync
        /// A file is renamed.
        case rename
        /// A file is removed.
        case remove
        /// A transaction of the state is committed.
        case commit
    }

    /// The kind of step.
    public let act: Act
    /// What the step changes: a path or, for a commit, the purpose of the transaction, such as `checkpoint`.
    public let subject: String
    /// Before or after the step.
    public let side: Side
    /// For a rename or a link, the other name of the file: its previous or additional one; nil for all other steps.
    public let origin: String?

    /// Creates the description of a step before or after it is made.
    public init(_ act: Act, of subject: String, at side: Side, from origin: String? = nil) {
        self.act = act
        self.subject = subject
        self.side = side
        self.origin = origin
    }

    /// Text such as `before commit checkpoint`.
    public var description: String { "\(side) \(act) \(subject)" }
}
