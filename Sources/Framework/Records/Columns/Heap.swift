internal import Synchronization

/// Bytes that the words of one column or of several point to.
///
/// A heap only grows, at its end: a batch that was copied or gathered shares it, and no holder sees what another adds.
@usableFromInline
final class Heap: @unchecked Sendable {
    // Sendable: a byte is written once, by the writer that has claimed the end, before a word points to it.
    let bytes: UnsafeMutablePointer<UInt8>
    /// How many bytes there is room for.
    let capacity: Int
    private let size: Int
    private let end = Atomic(0)

    /// A heap without bytes, with room for at least this number.
    init(capacity: Int) {
        let (memory, size) = BlockPool.shared.take(atLeast: capacity + Self.padding)
        self.size = size
        self.capacity = min(size - Self.padding, Self.most)
        bytes = memory.bindMemory(to: UInt8.self, capacity: size)
    }

    deinit { BlockPool.shared.giveBack(bytes, size: size) }

    /// The most bytes that the words of a column can point to.
    static let most = Int(UInt32.max)

    /// Room after the last byte, so that sixteen may be read wherever a text begins.
    private static let padding = 16

    /// How many bytes are used; all of them while a writer has the end.
    var count: Int { end.load(ordering: .acquiring) }

    /// Claims all room after the last byte, and returns where that is; none is left for another writer until `release`.
    func claimEnd() -> Int { end.exchange(capacity, ordering: .acquiringAndReleasing) }

    /// Gives back what a writer did not need of the room that it had claimed.
    func release(from end: Int) { self.end.store(end, ordering: .releasing) }
}
