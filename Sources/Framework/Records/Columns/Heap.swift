internal import Synchronization

/// Bytes to which the words of one or several columns point.
///
/// A heap only grows at its end: a batch that was copied or gathered shares it, and no holder sees what another adds.
@usableFromInline
final class Heap: @unchecked Sendable {
    // Sendable: each byte is written once, by the writer that has claimed the end, before a word points to it.
    let bytes: UnsafeMutablePointer<UInt8>
    /// The number of bytes that fit.
    let capacity: Int
    /// The size of its memory in bytes.
    let size: Int
    private let end = Atomic(0)

    /// An empty heap with room for at least this number of bytes.
    init(capacity: Int) {
        let (memory, size) = BlockPool.shared.take(atLeast: capacity + Self.padding)
        self.size = size
        self.capacity = min(size - Self.padding, Self.most)
        bytes = memory.bindMemory(to: UInt8.self, capacity: size)
    }

    deinit { BlockPool.shared.giveBack(bytes, size: size) }

    /// The maximum number of bytes to which the words of a column can point; tests set a lower limit.
    @TaskLocal static var most = Int(UInt32.max)

    /// Space after the last byte, so that sixteen bytes may be read at the start of any text.
    static let padding = 16

    /// The number of used bytes; all of them while a writer has claimed the end.
    var count: Int { end.load(ordering: .acquiring) }

    /// Claims all space after the last byte and returns its offset; no other writer can claim any until `release`.
    func claimEnd() -> Int { end.exchange(capacity, ordering: .acquiringAndReleasing) }

    /// Releases the claimed space that a writer has not used.
    func release(from end: Int) { self.end.store(end, ordering: .releasing) }
}
