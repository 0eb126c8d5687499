internal import Synchronization

/// Memory for columns, used again and again.
///
/// The allocator maps a block of 128 KiB or more anew each time and unmaps it, which costs more than what a stage does
/// with a column. What is given back waits here for the next one of the same size, up to a bound for all of it.
///
/// Sizes have four steps from one power of two to the next, so at most a fifth of a block is beyond what was asked for.
final class BlockPool: Sendable {
    /// The pool of all columns and heaps.
    static let shared = BlockPool(most: 8 << 20)

    /// Blocks of fewer bytes are the allocator's: it has lists of its own for those.
    static let smallest = 16 << 10

    private struct Free {
        /// The addresses of blocks that wait, by their size.
        var blocks: [Int: [UInt]] = [:]
        /// The bytes of all of them.
        var bytes = 0
    }

    private let most: Int
    private let free = Mutex(Free())

    /// A pool in which at most this number of bytes waits.
    init(most: Int) { self.most = most }

    deinit {
        free.withLock { free in
            for address in free.blocks.values.joined() { UnsafeMutableRawPointer(bitPattern: address)?.deallocate() }
        }
    }

    /// How many bytes wait.
    var waiting: Int { free.withLock { $0.bytes } }

    /// Memory of at least this number of bytes, aligned to 16, with anything in it; and how many bytes it has.
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

    /// Takes back memory that `take` has handed out.
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

    /// The size of the block for this number of bytes.
    static func size(atLeast bytes: Int) -> Int {
        guard bytes > 1024 else { return max(64, (bytes + 63) & ~63) }
        let step = 1 << (Int.bitWidth - (bytes - 1).leadingZeroBitCount - 3)
        return (bytes + step - 1) & ~(step - 1)
    }
}
