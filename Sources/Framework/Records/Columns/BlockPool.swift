internal import Platform

/// Reuses memory for columns.
///
/// For a block of 128 KiB or more, the allocator maps memory each time and unmaps it, which costs more than what a
/// stage does with a column. Returned blocks wait here for the next request of the same size, up to a total limit.
///
/// There are four sizes from one power of two to the next, so at most a fifth of a block is unused.
final class BlockPool: Sendable {
    /// The pool of all columns and heaps.
    static let shared = BlockPool(most: 8 << 20)

    /// Smaller blocks come from the allocator, which has lists of its own for those.
    static let smallest = 16 << 10

    private struct Free {
        /// The addresses of free blocks, by size.
        var blocks: [Int: [UInt]] = [:]
        /// The total size of free blocks in bytes.
        var bytes = 0
    }

    private let most: Int
    private let free = Locked(Free())

    /// A pool that keeps at most this number of bytes free.
    init(most: Int) { self.most = most }

    deinit {
        free.withLock { free in
            for address in free.blocks.values.joined() { UnsafeMutableRawPointer(bitPattern: address)?.deallocate() }
        }
    }

    /// The total size of free blocks in bytes.
    var waiting: Int { free.withLock { $0.bytes } }

    /// Returns uninitialised memory of at least this number of bytes, aligned to 16, and its size.
    func take(atLeast bytes: Int) -> (memory: UnsafeMutableRawPointer, size: Int) {
        let size = Self.size(atLeast: bytes)
        if size >= Self.smallest {
            let address = free.withLock { free -> UInt? in
                guard let address = free.blocks[size]?.popLast() else { return nil }
                free.bytes -= size
                return address
            }
            if let address, let memory = UnsafeMutableRawPointer(bitPattern: address) { return (memory, size) }
        }
        return (UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16), size)
    }

    /// Returns memory that `take` has provided to the pool.
    func giveBack(_ memory: UnsafeMutableRawPointer, size: Int) {
        if size >= Self.smallest {
            let address = UInt(bitPattern: memory)
            let isKept = free.withLock { free -> Bool in
                guard free.bytes + size <= most else { return false }
                free.blocks[size, default: []].append(address)
                free.bytes += size
                return true
            }
            if isKept { return }
        }
        memory.deallocate()
    }

    /// The block size for this number of bytes.
    static func size(atLeast bytes: Int) -> Int {
        guard bytes > 1024 else { return max(64, (bytes + 63) & ~63) }
        let step = 1 << (Int.bitWidth - (bytes - 1).leadingZeroBitCount - 3)
        return (bytes + step - 1) & ~(step - 1)
    }
}
