import Testing

@testable import Records

@Suite struct HeapWriterTests {
    @Test(arguments: 0...40)
    func `as many bytes are copied as there are, and no other byte changes`(count: Int) {
        let source = (0..<64).map { UInt8($0 + 100) }
        let target = UnsafeMutablePointer<UInt8>.allocate(capacity: 64)
        defer { target.deallocate() }
        target.update(repeating: 7, count: 64)
        source.withUnsafeBufferPointer { source in
            guard let first = source.baseAddress else { return }
            HeapWriter.copy(first + 3, to: target + 5, count: count)
        }
        let expected = (0..<64).map { place in
            5..<5 + count ~= place ? source[place - 2] : 7
        }
        #expect((0..<64).map { target[$0] } == expected)
    }

    @Test func `texts stay where they are while a heap grows`() {
        var writer = HeapWriter(expecting: 10)
        var words: [UInt64] = []
        for number in 0..<2000 {
            let text = Array(String(repeating: "\(number) ", count: number % 9).utf8)
            words.append(text.withUnsafeBufferPointer { writer.append($0) })
        }
        let column = Column(.text, block: .none, heap: writer.finish())
        for (number, word) in words.enumerated() {
            let text = String(decoding: column.text(word), as: UTF8.self)
            if text != String(repeating: "\(number) ", count: number % 9) { Issue.record("text \(number)") }
        }
    }

    @Test func `a heap whose end another writer has is not continued`() throws {
        var first = HeapWriter(expecting: 100)
        _ = Array("abc".utf8).withUnsafeBufferPointer { first.append($0) }
        let finished = first.finish()
        let heap = try #require(finished)
        let continued = HeapWriter(continuing: heap, expecting: 100)
        var second = try #require(continued)
        let other = HeapWriter(continuing: heap, expecting: 100)
        #expect(other?.end == nil)
        _ = Array("d".utf8).withUnsafeBufferPointer { second.append($0) }
        _ = second.finish()
        #expect(heap.count == 4)
        let third = HeapWriter(continuing: heap, expecting: 100)
        #expect(third?.end == 4)
    }
}
