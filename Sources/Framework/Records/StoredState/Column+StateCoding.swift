internal import Diagnostics

extension Column {
    /// Appends the cells of the first rows.
    func write(_ count: Int, to writer: inout StateWriter) {
        writer.write(Int64(nulls))
        if nulls > 0 {
            for word in 0..<Bits.words(for: count) {
                let isLast = word == count >> 6
                writer.write(bits: isLast ? bits[word] & ((1 << UInt64(count & 63)) - 1) : bits[word])
            }
        }
        switch kind {
        case .integer, .instant, .date, .boolean:
            writer.write(count, numbersInEach: 1) { row, room in
                if !isNull(row) { room.write(Int64(bitPattern: words[row])) }
            }
        case .real:
            writer.write(count, numbersInEach: 1) { row, room in
                if !isNull(row) { room.write(bits: words[row]) }
            }
        case .text, .bytes, .decimal:
            // The length, or the scale plus one.
            writer.write(count, numbersInEach: 1) { row, room in
                if !isNull(row) { room.write(Int64(words[row] >> 32)) }
            }
            writer.write(texts(count))
        }
    }

    /// The heap bytes of the first rows, in order; adjacent bytes are joined.
    private func texts(_ count: Int) -> [UnsafeBufferPointer<UInt8>] {
        var texts: [UnsafeBufferPointer<UInt8>] = []
        var (start, end) = (bytes, bytes)
        for row in 0..<count where kind.bytesInHeap(words[row]) > 0 {
            let text = bytesInHeap(words[row])
            guard let first = text.baseAddress.map({ UnsafeMutablePointer(mutating: $0) }) else { continue }
            if first != end {
                if end > start { texts.append(UnsafeBufferPointer(start: start, count: end - start)) }
                start = first
            }
            end = first + text.count
        }
        if end > start { texts.append(UnsafeBufferPointer(start: start, count: end - start)) }
        return texts
    }

    /// Reads the cells of this number of rows.
    ///
    /// - Throws: `checkpoint.state` if the bytes are not such cells.
    init(_ kind: Schema.Kind, count: Int, from reader: inout StateReader) throws(Diagnostic) {
        let nulls = try reader.readAmount()
        guard 0...count ~= nulls else { throw StateReader.damaged }
        // Checked before memory is allocated: each value has a byte, and with nulls each row has a bit.
        guard reader.left >= (nulls > 0 ? Bits.words(for: count) * 8 : 0) + count - nulls else {
            throw StateReader.damaged
        }
        self.init(blank: kind, count: count)
        if nulls > 0 {
            for word in 0..<Bits.words(for: count) { bits[word] = try reader.readBits() }
            guard Bits.count(0..<count, in: bits) == count - nulls else { throw StateReader.damaged }
            self.nulls = nulls
        }
        var end = 0
        for row in 0..<count {
            if isNull(row) {
                words[row] = 0
            } else {
                words[row] = try Self.word(kind, end: &end, from: &reader)
            }
        }
        if hasHeap { try readTexts(end, of: count, from: &reader) }
    }

    /// Reads a value; a text begins at `end`, which is advanced.
    private static func word(
        _ kind: Schema.Kind,
        end: inout Int,
        from reader: inout StateReader
    ) throws(Diagnostic) -> UInt64 {
        switch kind {
        case .integer, .instant: return UInt64(bitPattern: try reader.readInteger())
        case .date: return UInt64(bitPattern: Int64(try Int32(from: &reader)))
        case .real: return try reader.readBits()
        case .boolean:
            let value = try reader.readInteger()
            guard 0...1 ~= value else { throw StateReader.damaged }
            return UInt64(value)
        case .decimal:
            let scale = try reader.readInteger()
            guard 1...Int64(ExactDecimal.mostDigits) + 1 ~= scale,
                end <= Heap.most - ExactDecimal.bytesOfCoefficient
            else { throw StateReader.damaged }
            defer { end += ExactDecimal.bytesOfCoefficient }
            return UInt64(end) | UInt64(scale) << 32
        case .text, .bytes:
            let count = try reader.readCount()
            guard count <= Heap.most - end else { throw StateReader.damaged }
            defer { end += count }
            return UInt64(end) | UInt64(count) << 32
        }
    }

    /// Reads the bytes of all texts, each of which begins where the one before it ends.
    private mutating func readTexts(_ length: Int, of count: Int, from reader: inout StateReader) throws(Diagnostic) {
        let text = try reader.readBytes()
        guard text.count == length else { throw StateReader.damaged }
        if kind == .text {
            guard String(validating: text, as: UTF8.self) != nil else { throw StateReader.damaged }
            for row in 0..<count {
                let start = Int(words[row] & 0xFFFF_FFFF)
                // A continuation byte; texts are adjacent, so each end is the beginning of another.
                if start < length, text[start] & 0xC0 == 0x80 { throw StateReader.damaged }
            }
        }
        guard length > 0 else { return }
        var writer = HeapWriter(expecting: length)
        _ = text.withUnsafeBufferPointer { writer.append($0) }
        heap = writer.finish()
        guard kind == .decimal else { return }
        for row in 0..<count where !isNull(row) {
            guard decimal(words[row]).isWithinLimits else { throw StateReader.damaged }
        }
    }
}
