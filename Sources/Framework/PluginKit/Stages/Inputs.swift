/// What a transform is made for: the columns of what it is given, and the room that it has.
public struct Inputs: Sendable, Hashable {
    /// The columns of the records that pass through it.
    public let main: Schema
    /// The columns of the second input; nil if there is none.
    public let lookup: Schema?
    /// About how many bytes the stage should hold in memory before it writes to files, where its options state nothing
    /// else.
    public let memory: Int

    /// The budget of a stage that is given no other: 16 MiB.
    public static let usualMemory = 16 << 20

    /// Inputs.
    ///
    /// - Parameters:
    ///   - main: The columns of the records that pass through the transform.
    ///   - lookup: The columns of the second input; nil if there is none.
    ///   - memory: About how many bytes the stage should hold in memory before it writes to files.
    public init(_ main: Schema, lookup: Schema? = nil, memory: Int = Inputs.usualMemory) {
        self.main = main
        self.lookup = lookup
        self.memory = memory
    }
}
