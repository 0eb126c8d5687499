import Glibc

/// Work with a known shape: async functions that await each other, one of which computes and moves memory.
enum Burner {
    /// Works until it is asked to end.
    @inline(never)
    static func outermost(while isWanted: @escaping @Sendable () -> Bool) async -> UInt64 {
        await withTaskGroup(of: UInt64.self) { group in
            for seed in 0..<3 {
                group.addTask { await caller(seed: UInt64(seed), while: isWanted) }
            }
            return await group.reduce(0, &+)
        }
    }

    @inline(never)
    private static func caller(seed: UInt64, while isWanted: @Sendable () -> Bool) async -> UInt64 {
        var sum: UInt64 = 0
        while isWanted() {
            sum &+= await worker(seed: seed &+ sum)
            await Task.yield()
        }
        return sum
    }

    @inline(never)
    private static func worker(seed: UInt64) async -> UInt64 {
        await Task.yield()
        let computed = leaf(seed)
        await Task.yield()
        return computed &+ moveMemory(seed)
    }

    @inline(never)
    private static func leaf(_ seed: UInt64) -> UInt64 {
        var hash = seed
        for index in 0..<20_000 { hash = (hash ^ UInt64(truncatingIfNeeded: index)) &* 0x100_0000_01b3 }
        return hash
    }

    /// Spends its time in `memmove`, which keeps no frame pointer.
    @inline(never)
    private static func moveMemory(_ seed: UInt64) -> UInt64 {
        let from = UnsafeMutableRawPointer.allocate(byteCount: 1 << 16, alignment: 16)
        let to = UnsafeMutableRawPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer {
            from.deallocate()
            to.deallocate()
        }
        memset(from, Int32(truncatingIfNeeded: seed & 0xff), 1 << 16)
        for _ in 0..<20 { memmove(to, from, 1 << 16) }
        return UInt64(to.load(fromByteOffset: 1000, as: UInt8.self))
    }
}
