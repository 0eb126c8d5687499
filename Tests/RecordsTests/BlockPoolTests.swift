import Testing

@testable import Records

@Suite struct BlockPoolTests {
    @Test func `a block that was given back is the next one of its size`() {
        let pool = BlockPool(most: 1 << 20)
        let (first, size) = pool.take(atLeast: 130_000)
        #expect(size >= 130_000 && size <= 130_000 * 5 / 4)
        pool.giveBack(first, size: size)
        #expect(pool.waiting == size)
        let (second, _) = pool.take(atLeast: 129_000)
        #expect(second == first)
        #expect(pool.waiting == 0)
        pool.giveBack(second, size: size)
    }

    @Test func `no more waits than the bound allows`() {
        let pool = BlockPool(most: 300_000)
        let blocks = (0..<5).map { _ in pool.take(atLeast: 100_000) }
        for (memory, size) in blocks { pool.giveBack(memory, size: size) }
        #expect(pool.waiting <= 300_000 && pool.waiting >= 200_000)
    }

    @Test func `small blocks are the allocator's`() {
        let pool = BlockPool(most: 1 << 20)
        let (memory, size) = pool.take(atLeast: 100)
        pool.giveBack(memory, size: size)
        #expect(pool.waiting == 0)
    }

    @Test(arguments: [0, 1, 64, 65, 1024, 1025, 4096, 16_384, 32_503, 100_000, 1 << 20, (1 << 20) + 1])
    func `a size has room, and not much more`(bytes: Int) {
        let size = BlockPool.size(atLeast: bytes)
        #expect(size >= bytes && size % 16 == 0)
        #expect(size <= max(64, bytes + 64, bytes * 5 / 4))
        #expect(BlockPool.size(atLeast: size) == size)
    }
}

@Suite struct BitsTests {
    @Test(arguments: [0, 1, 63, 64, 65, 127, 128, 129], [0, 1, 63, 64, 65, 130])
    func `filling touches no bit before the range`(first: Int, length: Int) {
        let words = UnsafeMutablePointer<UInt64>.allocate(capacity: 8)
        defer { words.deallocate() }
        for old in [false, true] {
            for value in [false, true] {
                words.update(repeating: old ? .max : 0, count: 8)
                Bits.fill(first..<first + length, in: words, with: value)
                #expect((0..<first).allSatisfy { Bits.isSet($0, in: words) == old })
                #expect((first..<first + length).allSatisfy { Bits.isSet($0, in: words) == value })
                #expect(Bits.count(first..<first + length, in: words) == (value ? length : 0))
            }
        }
    }

    @Test(arguments: [1, 63, 64, 65, 200])
    func `a block has room for the words and the bits of its rows`(rows: Int) {
        let block = Block(rows: rows)
        #expect(block.capacity >= rows)
        for row in 0..<block.capacity { block.words[row] = 7 }
        Bits.fill(0..<block.capacity, in: block.bits, with: true)
        #expect((0..<block.capacity).allSatisfy { block.words[$0] == 7 })
    }
}
