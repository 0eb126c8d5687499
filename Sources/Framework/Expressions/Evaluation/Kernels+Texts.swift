internal import CPlatform
internal import Glibc

extension Kernels {
    /// Compares texts byte by byte, which is the order of their code points, or bytes.
    static func texts(_ comparison: Comparison, left: Term, right: Term, slot: Int) -> Run {
        if !comparison.isOrder {
            if let bytes = right.constantBytes, bytes.count <= 8 {
                return shortText(bytes, equals: left, comparison: comparison, slot: slot)
            }
            if let bytes = left.constantBytes, bytes.count <= 8 {
                return shortText(bytes, equals: right, comparison: comparison, slot: slot)
            }
            return rows(comparison, left: left, right: right, slot: slot) { left, right, row in
                isEqual(left.text(row), right: right.text(row)) ? 0 : 1
            }
        }
        return rows(comparison, left: left, right: right, slot: slot) { left, right, row in
            order(left.text(row), right: right.text(row))
        }
    }

    /// Whether texts equal a constant of at most eight bytes, which are compared as one number.
    private static func shortText(
        _ bytes: [UInt8],
        equals term: Term,
        comparison: Comparison,
        slot: Int
    ) -> Run {
        let run = term.run
        var key: UInt64 = 0
        for (index, byte) in bytes.enumerated() { key |= UInt64(byte) << UInt64(index * 8) }
        let used: UInt64 = bytes.count == 8 ? .max : (1 << UInt64(bytes.count * 8)) - 1
        let length = UInt64(bytes.count)
        return { [key] frame, mask in
            let vector = run(frame, mask)
            let out = frame.slot(slot).words
            let (words, start) = (vector.words, UnsafeRawPointer(vector.bytes))
            frame.bits(into: out) { row in
                let word = words[row]
                // Sixteen bytes can be read at the start of any text.
                let text = UInt64(
                    littleEndian: start.loadUnaligned(
                        fromByteOffset: Int(truncatingIfNeeded: word & 0xFFFF_FFFF),
                        as: UInt64.self
                    )
                )
                return (text & used ^ key) | (word &>> 32 ^ length) == 0
            }
            return frame.settled(out, comparison: comparison, left: vector.bits, right: nil)
        }
    }

    @inline(__always)
    static func isEqual(_ left: UnsafeBufferPointer<UInt8>, right: UnsafeBufferPointer<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        guard let one = left.baseAddress, let other = right.baseAddress else { return true }
        return memcmp(one, other, left.count) == 0
    }

    static func order(_ left: UnsafeBufferPointer<UInt8>, right: UnsafeBufferPointer<UInt8>) -> Int {
        if let one = left.baseAddress, let other = right.baseAddress {
            let order = memcmp(one, other, min(left.count, right.count))
            if order != 0 { return order < 0 ? -1 : 1 }
        }
        return left.count == right.count ? 0 : left.count < right.count ? -1 : 1
    }

    /// `contains`, `starts with`, `ends with`.
    static func test(_ test: SyntaxTree.TextTest, left: Term, right: Term, slot: Int) -> Run {
        let (leftRun, rightRun) = (left.run, right.run)
        return { frame, mask in
            let left = leftRun(frame, mask)
            let right = rightRun(frame, mask)
            let out = frame.slot(slot).words
            out.update(repeating: 0, count: frame.wordsOfBits)
            frame.forEach(mask) { row in
                guard left.isPresent(row), right.isPresent(row) else { return }
                if holds(test, text: left.text(row), part: right.text(row)) { out.set(row) }
            }
            return Vector(words: out, bits: nil, bytes: frame.noBytes)
        }
    }

    private static func holds(
        _ test: SyntaxTree.TextTest,
        text: UnsafeBufferPointer<UInt8>,
        part: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard part.count <= text.count else { return false }
        guard part.count > 0, let start = text.baseAddress, let wanted = part.baseAddress else { return true }
        switch test {
        case .startsWith: return memcmp(start, wanted, part.count) == 0
        case .endsWith: return memcmp(start + (text.count - part.count), wanted, part.count) == 0
        case .contains, .matches: return memmem(start, text.count, wanted, part.count) != nil
        }
    }

    /// Two texts as one.
    static func joined(_ left: Term, right: Term, part: Part) -> Run {
        let (leftRun, rightRun) = (left.run, right.run)
        return { frame, mask in
            let left = leftRun(frame, mask)
            let right = rightRun(frame, mask)
            let slot = frame.slot(part.slot)
            slot.restart()
            slot.words.update(repeating: 0, count: frame.count)
            let bits = frame.both(left.bits, right: right.bits, into: slot)
            let words = slot.words
            var writer = TextWriter(slot)
            frame.forEach(mask) { row in
                guard bits?.isSet(row) ?? true else { return }
                writer.begin()
                do throws(Failure) {
                    try writer.append(left.text(row))
                    try writer.append(right.text(row))
                    words[row] = UInt64(writer.start) | UInt64(writer.count) << 32
                } catch {
                    writer.cancel()
                    frame.fail(row, failure: error, in: part.written) { "" }
                }
            }
            writer.finish()
            return Vector(words: slot.words, bits: bits, bytes: slot.bytes)
        }
    }
}

extension Term {
    /// The bytes of a constant text, or constant bytes.
    var constantBytes: [UInt8]? {
        switch constant {
        case .text(let text): Array(text.utf8)
        case .bytes(let bytes): bytes
        default: nil
        }
    }
}
