internal import Records

extension Kernels {
    /// Whether all conditions are true; each is evaluated only for the rows for which those before it are.
    static func all(_ terms: [Term], slot: Int) -> Run {
        let runs = terms.map(\.run)
        return { frame, mask in
            let needed = frame.slot(slot).words
            var isFirst = true
            for run in runs {
                let vector = run(frame, isFirst ? mask : UnsafePointer(needed))
                frame.truth(vector, mask: isFirst ? mask : UnsafePointer(needed), into: needed)
                isFirst = false
                if frame.isEmpty(needed) { break }
            }
            return Vector(words: needed, bits: nil, bytes: frame.noBytes)
        }
    }

    /// Whether one of the conditions is true; each is evaluated only for the rows for which none before it is.
    static func any(_ terms: [Term], slot: Int) -> Run {
        let runs = terms.map(\.run)
        return { frame, mask in
            // The words are the answer, the bits the rows that are still open.
            let slot = frame.slot(slot)
            let (truth, open) = (slot.words, slot.bits)
            let words = frame.wordsOfBits
            for word in 0..<words { (truth[word], open[word]) = (0, mask?[word] ?? .max) }
            if words > 0 { open[words - 1] &= frame.lastBits }
            var isFirst = true
            for run in runs {
                let vector = run(frame, isFirst ? mask : UnsafePointer(open))
                isFirst = false
                for word in 0..<words {
                    let holds = vector.words[word] & (vector.bits?[word] ?? .max) & open[word]
                    truth[word] |= holds
                    open[word] &= ~holds
                }
                if frame.isEmpty(open) { break }
            }
            return Vector(words: truth, bits: nil, bytes: frame.noBytes)
        }
    }

    /// Whether a condition is not true.
    static func not(_ term: Term, slot: Int) -> Run {
        let run = term.run
        return { frame, mask in
            let vector = run(frame, mask)
            let out = frame.slot(slot).words
            let words = frame.wordsOfBits
            for word in 0..<words { out[word] = ~(vector.words[word] & (vector.bits?[word] ?? .max)) }
            if words > 0 { out[words - 1] &= frame.lastBits }
            return Vector(words: out, bits: nil, bytes: frame.noBytes)
        }
    }

    /// One value or the other; each is evaluated only for the rows that take it.
    ///
    /// - Parameters:
    ///   - condition: Decides.
    ///   - yes: The value where it is true.
    ///   - no: The value where it is false or null.
    ///   - type: The type of both.
    ///   - slots: Memory for the values and for the rows that take each.
    /// - Returns: The closure.
    static func choice(_ condition: Term, yes: Term, no: Term, type: ValueType?, slots: (Int, Int)) -> Run {
        let (test, yes, no) = (condition.run, yes.run, no.run)
        return { frame, mask in
            let decision = frame.slot(slots.1)
            let (isYes, isNo) = (decision.words, decision.bits)
            frame.truth(test(frame, mask), mask: mask, into: isYes)
            let words = frame.wordsOfBits
            for word in 0..<words { isNo[word] = ~isYes[word] & (mask?[word] ?? .max) }
            if words > 0 { isNo[words - 1] &= frame.lastBits }
            if frame.isEmpty(isNo) { return yes(frame, UnsafePointer(isYes)) }
            if frame.isEmpty(isYes) { return no(frame, UnsafePointer(isNo)) }
            let first = yes(frame, UnsafePointer(isYes))
            let second = no(frame, UnsafePointer(isNo))
            return frame.blend(
                first,
                second: second,
                where: UnsafePointer(isYes),
                type: type,
                mask: mask,
                slot: slots.0
            )
        }
    }

    /// The first value that is not null; each is evaluated only for the rows in which those before it are null.
    ///
    /// - Parameters:
    ///   - first: The value.
    ///   - second: What takes the place of null.
    ///   - type: The type of both.
    ///   - slots: Memory for the values and for the rows.
    /// - Returns: The closure.
    static func fallback(_ first: Term, second: Term, type: ValueType?, slots: (Int, Int)) -> Run {
        let (first, second) = (first.run, second.run)
        return { frame, mask in
            let value = first(frame, mask)
            guard let has = value.bits else { return value }
            let missing = frame.slot(slots.1).words
            let words = frame.wordsOfBits
            for word in 0..<words { missing[word] = ~has[word] & (mask?[word] ?? .max) }
            if words > 0 { missing[words - 1] &= frame.lastBits }
            if frame.isEmpty(missing) { return value }
            let other = second(frame, UnsafePointer(missing))
            return frame.blend(value, second: other, where: has, type: type, mask: mask, slot: slots.0)
        }
    }

    /// The value of a term, and null where it fails.
    static func attempt(_ term: Term, slots: (Int, Int)) -> Run {
        let (run, type) = (term.run, term.type)
        return { frame, mask in
            let (vector, failed) = frame.attempt(slots.1) { run(frame, mask) }
            guard let failed else { return vector }
            let slot = frame.slot(slots.0)
            for word in 0..<frame.wordsOfBits { slot.bits[word] = (vector.bits?[word] ?? .max) & ~failed[word] }
            // The word of a failed row may be anything; that of a text must point to bytes.
            guard type?.hasBytes == true else {
                return Vector(words: vector.words, bits: slot.bits, bytes: vector.bytes)
            }
            slot.words.update(from: vector.words, count: frame.count)
            frame.forEach(failed) { slot.words[$0] = 0 }
            return Vector(words: slot.words, bits: slot.bits, bytes: vector.bytes)
        }
    }

    /// A term that is used twice: the first of the two evaluates it, the second has the same values.
    static func shared(_ term: Term, slot: Int) -> (first: Term, second: Term) {
        let run = term.run
        var (first, second) = (term, term)
        first = Term(term.type, range: term.range, constant: term.constant, canBeNull: term.canBeNull) { frame, mask in
            let vector = run(frame, mask)
            frame.shared[slot] = vector
            return vector
        }
        second = Term(term.type, range: term.range, constant: term.constant, canBeNull: term.canBeNull) { frame, mask in
            frame.shared[slot] ?? run(frame, mask)
        }
        return (first, second)
    }
}

extension Frame {
    /// The values of one vector where a bit is set, and those of another elsewhere.
    func blend(
        _ first: Vector,
        second: Vector,
        where isFirst: UnsafePointer<UInt64>,
        type: ValueType?,
        mask: Mask,
        slot index: Int
    ) -> Vector {
        let slot = slot(index)
        let words = wordsOfBits
        var bits: UnsafePointer<UInt64>?
        if first.bits != nil || second.bits != nil {
            for word in 0..<words {
                slot.bits[word] =
                    (first.bits?[word] ?? .max) & isFirst[word] | (second.bits?[word] ?? .max) & ~isFirst[word]
            }
            bits = UnsafePointer(slot.bits)
        }
        let out = slot.words
        if type == .boolean {
            for word in 0..<words {
                out[word] = first.words[word] & isFirst[word] | second.words[word] & ~isFirst[word]
            }
            return Vector(words: out, bits: bits, bytes: noBytes)
        }
        if type?.hasBytes == true, first.bytes != second.bytes {
            return copied(first, second: second, where: isFirst, type: type, mask: mask, to: slot, bits: bits)
        }
        for row in 0..<count {
            let one = 0 &- (isFirst[row &>> 6] &>> UInt64(truncatingIfNeeded: row & 63) & 1)
            out[row] = first.words[row] & one | second.words[row] & ~one
        }
        return Vector(words: out, bits: bits, bytes: first.bytes)
    }

    /// Texts from two places, copied to one.
    private func copied(
        _ first: Vector,
        second: Vector,
        where isFirst: UnsafePointer<UInt64>,
        type: ValueType?,
        mask: Mask,
        to slot: Slot,
        bits: UnsafePointer<UInt64>?
    ) -> Vector {
        slot.restart()
        let words = slot.words
        words.update(repeating: 0, count: count)
        let isDecimal = type == .decimal
        var writer = TextWriter(slot)
        forEach(mask) { row in
            let source = isFirst.isSet(row) ? first : second
            guard source.isPresent(row) else { return }
            let word = source.words[row]
            let start = source.bytes + Int(truncatingIfNeeded: word & 0xFFFF_FFFF)
            // The upper half of the word of a decimal is its scale, and 0 only for a row that has failed.
            let count = isDecimal ? (word >> 32 == 0 ? 0 : ExactDecimal.bytesOfCoefficient) : Int(word >> 32)
            writer.begin()
            do throws(Failure) {
                try writer.append(UnsafeBufferPointer(start: start, count: count))
                words[row] = UInt64(writer.start) | word & ~0xFFFF_FFFF
            } catch {
                fail(row, failure: error, in: "the texts of this batch") { "" }
            }
        }
        writer.finish()
        return Vector(words: words, bits: bits, bytes: slot.bytes)
    }
}
