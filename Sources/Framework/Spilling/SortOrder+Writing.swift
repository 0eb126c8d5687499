internal import Glibc
internal import Records

extension SortOrder {
    /// The most bytes that the key of a record takes.
    @inline(__always)
    func most(_ row: Int, of keys: UnsafeBufferPointer<ColumnMemory>) -> Int {
        // A decimal has at most 39 digits and 5 other bytes.
        var most = 48 * keys.count
        // Each byte of a text may be escaped.
        for key in keys where key.isText { most &+= 2 &* Int(truncatingIfNeeded: key.words[row] &>> 32) }
        return most
    }

    /// Writes the key of a record.
    ///
    /// - Parameters:
    ///   - row: The record.
    ///   - keys: The memory of the columns of the order, of a prepared batch.
    ///   - start: Where to write; there is room for `most`.
    /// - Returns: The length of the key, and whether at least one column is not null.
    @inline(__always)
    func write(
        _ row: Int,
        of keys: UnsafeBufferPointer<ColumnMemory>,
        to start: UnsafeMutablePointer<UInt8>
    ) -> (count: Int, hasValue: Bool) {
        var target = start
        var hasValue = false
        for index in 0..<keys.count {
            let key = keys[index]
            if key.isNull(row) {
                target[0] = columns[index].nullsLast ? 2 : 0
                target += 1
                continue
            }
            hasValue = true
            target[0] = 1
            let end = Self.write(key, row, to: target + 1)
            if columns[index].isDescending {
                for place in 1..<end - target { target[place] = ~target[place] }
            }
            target = end
        }
        return (target - start, hasValue)
    }

    /// Writes a value that is not null, without its first byte, and returns where it ends.
    @inline(__always)
    private static func write(
        _ key: ColumnMemory,
        _ row: Int,
        to target: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        let word = key.words[row]
        switch key.kind {
        case .text, .bytes:
            return write(key.text(word), to: target)
        case .integer, .instant, .date:
            UnsafeMutableRawPointer(target).storeBytes(of: (word ^ 1 << 63).bigEndian, as: UInt64.self)
            return target + 8
        case .real:
            // -0.0 equals 0.0, whose bits are all 0.
            let bits = word >> 63 == 0 || word == 1 << 63 ? word | 1 << 63 : ~word
            UnsafeMutableRawPointer(target).storeBytes(of: bits.bigEndian, as: UInt64.self)
            return target + 8
        case .boolean:
            target[0] = UInt8(truncatingIfNeeded: word)
            return target + 1
        case .decimal:
            var bytes: [UInt8] = []
            append(ExactDecimal(word: word, in: key.bytes).normalized, to: &bytes)
            target.update(from: bytes, count: bytes.count)
            return target + bytes.count
        }
    }

    @inline(__always)
    private static func write(
        _ text: UnsafeBufferPointer<UInt8>,
        to target: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        var target = target
        if let source = text.baseAddress, !text.isEmpty {
            if memchr(source, 0, text.count) == nil {
                target.update(from: source, count: text.count)
                target += text.count
            } else {
                for byte in text {
                    target[0] = byte
                    target += 1
                    guard byte == 0 else { continue }
                    target[0] = 255
                    target += 1
                }
            }
        }
        target[0] = 0
        target[1] = 0
        return target + 2
    }
}
