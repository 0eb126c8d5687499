/// Memory, or bytes in temporary files, that a part of a run holds at one time.
package struct MemoryHolding: Sendable, Hashable {
    /// The kind of what is held.
    package enum Kind: String, Sendable, CaseIterable {
        /// The cells of batches: in pages, in queues, or in a sink.
        case batches
        /// The memory of a transform: records to sort, groups, keys, a table.
        case memory
        /// The entries of a cache.
        case cache
        /// Temporary files of a transform, on disk.
        case spill
    }

    /// The kind of what is held.
    package let kind: Kind
    /// The stage or layer that holds it.
    package let owner: String
    /// What it is in, from the innermost to the pipeline, in words that make the frames of a profile.
    package let path: [String]
    /// How many bytes there are.
    package let bytes: Int
    /// How many things there are: batches, memories, files.
    package let count: Int
}
