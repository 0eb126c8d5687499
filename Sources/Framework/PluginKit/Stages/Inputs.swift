/// What a transform is created for: the columns of its inputs, and its memory budget.
public struct Inputs: Sendable, Hashable {
    /// The columns of the records that pass through it.
    public let main: Schema
    /// The columns of the second input; nil if there is none.
    public let lookup: Schema?
    /// About how many bytes the stage should hold in memory before it spills to files, if its options state nothing
    /// else.
    public let memory: Int

    /// The default memory budget of a stage: 16 MiB.
    public static let usualMemory = 16 << 20

    /// Creates the inputs of a transform.
    ///
    /// - Parameters:
    ///   - main: The columns of the records that pass through the transform.
    ///   - lookup: The columns of the second input; nil if there is none.
    ///   - memory: About how many bytes the stage should hold in memory before it spills to files.
    public init(_ main: Schema, lookup: Schema? = nil, memory: Int = Inputs.usualMemory) {
        self.main = main
        self.lookup = lookup
        self.memory = memory
    }
}
