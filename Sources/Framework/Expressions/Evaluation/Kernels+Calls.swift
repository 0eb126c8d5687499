internal import Records

extension Kernels {
    /// A call of a function, for the needed rows in which no argument is null.
    static func call(_ kernel: Kernel, arguments: [Term], passesNulls: Bool, part: Part) -> Run {
        let runs = arguments.map(\.run)
        return { frame, mask in
            let vectors = runs.map { $0(frame, mask) }
            let slot = frame.slot(part.slot)
            if case .vector(let body) = kernel { return body(frame, slot, vectors, mask) }
            var has: UnsafePointer<UInt64>?
            if !passesNulls {
                for vector in vectors { has = frame.both(has, right: vector.bits, into: slot) }
            }
            return vectors.withUnsafeBufferPointer { vectors in
                Loop(frame: frame, slot: slot, vectors: vectors, has: has, mask: mask, part: part).run(kernel)
            }
        }
    }
}

/// One call for all rows of a batch.
private struct Loop {
    let frame: Frame
    let slot: Slot
    let vectors: UnsafeBufferPointer<Vector>
    /// The rows in which no argument is null; nil for all.
    let has: UnsafePointer<UInt64>?
    let mask: Mask
    let part: Part

    func run(_ kernel: Kernel) -> Vector {
        let out = slot.words
        switch kernel {
        case .integer(let body):
            return each { (arguments) throws(Failure) in
                try body(arguments).map { UInt64(bitPattern: $0) }
            }
        case .real(let body):
            return each { (arguments) throws(Failure) in
                guard let real = try body(arguments) else { return nil }
                guard real.isFinite else { throw .overflow(.real) }
                return real.bitPattern
            }
        case .boolean(let body):
            return truths(body)
        case .decimal(let body):
            slot.restart()
            out.update(repeating: 0, count: frame.count)
            let made = each { (arguments) throws(Failure) in
                guard let decimal = try body(arguments) else { return nil }
                guard let word = slot.append(decimal) else { throw .overflow(.text) }
                return word
            }
            return Vector(words: made.words, bits: made.bits, bytes: slot.bytes)
        case .slice(let body):
            out.update(repeating: 0, count: frame.count)
            let made = each { (arguments) throws(Failure) in
                guard let range = try body(arguments) else { return nil }
                let word = arguments.word(0)
                let length = Int(truncatingIfNeeded: word >> 32)
                let (lower, upper) = (max(0, min(range.lowerBound, length)), max(0, min(range.upperBound, length)))
                return (word & 0xFFFF_FFFF) + UInt64(lower) | UInt64(upper - lower) << 32
            }
            return Vector(words: made.words, bits: made.bits, bytes: vectors.first?.bytes ?? frame.noBytes)
        case .text(let body):
            slot.restart()
            out.update(repeating: 0, count: frame.count)
            var writer = TextWriter(slot)
            let made = each { (arguments) throws(Failure) in
                writer.begin()
                let has: Bool
                do throws(Failure) {
                    has = try body(arguments, &writer)
                } catch {
                    writer.cancel()
                    throw error
                }
                guard has else {
                    writer.cancel()
                    return nil
                }
                return UInt64(writer.start) | UInt64(writer.count) << 32
            }
            writer.finish()
            return Vector(words: made.words, bits: made.bits, bytes: slot.bytes)
        case .vector(let body):
            return body(frame, slot, Array(vectors), mask)
        }
    }

    /// Calls a closure for each row, which returns the word of the result or nil.
    @inline(__always)
    private func each(_ body: (Arguments) throws(Failure) -> UInt64?) -> Vector {
        let (out, bits) = (slot.words, slot.bits)
        if let has {
            if has != UnsafePointer(bits) { bits.update(from: has, count: frame.wordsOfBits) }
        } else {
            frame.fill(bits)
        }
        var hasNulls = has != nil
        frame.forEach(mask) { row in
            guard has == nil || UnsafePointer(bits).isSet(row) else { return }
            do throws(Failure) {
                if let word = try body(Arguments(vectors, row: row)) {
                    out[row] = word
                } else {
                    hasNulls = true
                    bits.clear(row)
                }
            } catch {
                hasNulls = true
                bits.clear(row)
                frame.fail(row, failure: error, in: part.written) { part.values(Array(vectors), row: row) }
            }
        }
        return Vector(words: out, bits: hasNulls ? UnsafePointer(bits) : nil, bytes: frame.noBytes)
    }

    /// The same for booleans, whose words are bits.
    private func truths(_ body: (Arguments) throws(Failure) -> Bool?) -> Vector {
        let (out, bits) = (slot.words, slot.bits)
        if let has {
            if has != UnsafePointer(bits) { bits.update(from: has, count: frame.wordsOfBits) }
        } else {
            frame.fill(bits)
        }
        out.update(repeating: 0, count: frame.wordsOfBits)
        var hasNulls = has != nil
        frame.forEach(mask) { row in
            guard has == nil || UnsafePointer(bits).isSet(row) else { return }
            do throws(Failure) {
                switch try body(Arguments(vectors, row: row)) {
                case true?: out.set(row)
                case false?: break
                case nil:
                    hasNulls = true
                    bits.clear(row)
                }
            } catch {
                hasNulls = true
                bits.clear(row)
                frame.fail(row, failure: error, in: part.written) { part.values(Array(vectors), row: row) }
            }
        }
        return Vector(words: out, bits: hasNulls ? UnsafePointer(bits) : nil, bytes: frame.noBytes)
    }
}

extension Arguments {
    /// The word of an argument.
    func word(_ index: Int) -> UInt64 { vectors[index].words[row] }
}
