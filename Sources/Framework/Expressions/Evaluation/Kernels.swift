internal import Records

/// Makes the closures that evaluate the parts of an expression, each for all rows of a batch in one loop.
///
/// Kernels of numbers compute every row, needed or not, null or not, and look at failures only if there was one; those
/// of texts and functions compute the needed rows.
enum Kernels {
    typealias Run = Term.Run

    /// The values of a column.
    static func column(_ index: Int, type: ValueType, slot: Int) -> Run {
        guard type == .boolean else {
            return { frame, _ in
                let memory = frame.column(index)
                return Vector(words: memory.words, bits: memory.bits, bytes: memory.bytes)
            }
        }
        return { frame, _ in
            let memory = frame.column(index)
            let out = frame.slot(slot).words
            frame.bits(into: out) { memory.words[$0] != 0 }
            return Vector(words: out, bits: memory.bits, bytes: memory.bytes)
        }
    }

    /// A constant for all rows, written once for as many rows as a frame has.
    static func constant(_ value: Value, slot: Int) -> Run {
        { frame, _ in
            let slot = frame.slot(slot)
            if !slot.isFilled { fill(slot, with: value, rows: frame.rowCapacity) }
            return slot.vector(hasNulls: value == .null)
        }
    }

    private static func fill(_ slot: Slot, with value: Value, rows: Int) {
        slot.isFilled = true
        let word: UInt64
        switch value {
        // The bits of a new slot are 0: all rows are null.
        case .null: return
        case .boolean(let value): word = value ? .max : 0
        case .integer(let value), .instant(let value): word = UInt64(bitPattern: value)
        case .date(let value): word = UInt64(bitPattern: Int64(value))
        case .real(let value): word = value.bitPattern
        case .text(let text):
            let bytes = Array(text.utf8)
            guard slot.reserve(bytes.count) else { return }
            bytes.withUnsafeBufferPointer { slot.append($0) }
            word = UInt64(bytes.count) << 32
        case .bytes(let bytes):
            guard slot.reserve(bytes.count) else { return }
            bytes.withUnsafeBufferPointer { slot.append($0) }
            word = UInt64(bytes.count) << 32
        case .decimal(let decimal):
            guard let made = slot.append(decimal) else { return }
            word = made
        }
        slot.words.update(repeating: word, count: rows)
    }

    /// An integer as a real number, rounded to the nearest.
    static func real(_ term: Term, slot: Int) -> Run {
        let run = term.run
        return { frame, mask in
            let vector = run(frame, mask)
            let out = frame.slot(slot).words
            for row in 0..<frame.count {
                out[row] = Double(Int64(bitPattern: vector.words[row])).bitPattern
            }
            return Vector(words: out, bits: vector.bits, bytes: vector.bytes)
        }
    }

    /// An integer as a decimal number.
    static func decimal(_ term: Term, slot: Int) -> Run {
        let run = term.run
        return { frame, mask in
            let vector = run(frame, mask)
            let slot = frame.slot(slot)
            slot.restart()
            for row in 0..<frame.count {
                slot.words[row] = slot.append(ExactDecimal(Int64(bitPattern: vector.words[row]))) ?? 0
            }
            return Vector(words: slot.words, bits: vector.bits, bytes: slot.bytes)
        }
    }
}

extension Slot {
    /// Appends a decimal number, and returns its word; nil if there is no room.
    func append(_ decimal: ExactDecimal) -> UInt64? {
        let size = ExactDecimal.bytesOfCoefficient
        guard reserve(size) else { return nil }
        let start = end
        for _ in 0..<size { append(0) }
        decimal.storeCoefficient(in: UnsafeMutableBufferPointer(start: bytes + start, count: size))
        return UInt64(start) | UInt64(decimal.scale + 1) << 32
    }
}
