extension Kernels {
    /// An operation on words of two terms.
    static func words<Operation: WordOperation>(
        _ operation: Operation.Type,
        left: Term,
        right: Term,
        part: Part
    ) -> Run {
        let (leftRun, rightRun) = (left.run, right.run)
        // A constant is not read from memory for each row.
        if let word = right.word {
            return { frame, mask in
                let left = leftRun(frame, mask)
                let slot = frame.slot(part.slot)
                var flag: UInt64 = 0
                let (out, words) = (slot.words, left.words)
                for row in 0..<frame.count { out[row] = Operation.apply(words[row], right: word, flag: &flag) }
                let made = Vector(words: out, bits: left.bits, bytes: left.bytes)
                if flag >> 63 != 0 {
                    recheck(
                        operation,
                        left: left,
                        right: rightRun(frame, mask),
                        made: made,
                        mask: mask,
                        frame: frame,
                        part: part
                    )
                }
                return made
            }
        }
        if let word = left.word {
            return { frame, mask in
                let right = rightRun(frame, mask)
                let slot = frame.slot(part.slot)
                var flag: UInt64 = 0
                let (out, words) = (slot.words, right.words)
                for row in 0..<frame.count { out[row] = Operation.apply(word, right: words[row], flag: &flag) }
                let made = Vector(words: out, bits: right.bits, bytes: right.bytes)
                if flag >> 63 != 0 {
                    recheck(
                        operation,
                        left: leftRun(frame, mask),
                        right: right,
                        made: made,
                        mask: mask,
                        frame: frame,
                        part: part
                    )
                }
                return made
            }
        }
        return { frame, mask in
            let left = leftRun(frame, mask)
            let right = rightRun(frame, mask)
            let slot = frame.slot(part.slot)
            var flag: UInt64 = 0
            let (out, words, others) = (slot.words, left.words, right.words)
            for row in 0..<frame.count { out[row] = Operation.apply(words[row], right: others[row], flag: &flag) }
            let made = Vector(words: out, bits: frame.both(left.bits, right: right.bits, into: slot), bytes: left.bytes)
            if flag >> 63 != 0 {
                recheck(operation, left: left, right: right, made: made, mask: mask, frame: frame, part: part)
            }
            return made
        }
    }

    /// Finds the rows for which an operation has no result: most batches have none.
    private static func recheck<Operation: WordOperation>(
        _ operation: Operation.Type,
        left: Vector,
        right: Vector,
        made: Vector,
        mask: Mask,
        frame: Frame,
        part: Part
    ) {
        frame.forEach(mask) { row in
            guard made.isPresent(row), let failure = operation.failure(left.words[row], right: right.words[row]) else {
                return
            }
            frame.fail(row, failure: failure, in: part.written) { part.values([left, right], row: row) }
        }
    }

    /// A number with its sign exchanged.
    static func negated(_ term: Term, part: Part) -> Run {
        let run = term.run
        if term.type == .real {
            return { frame, mask in
                let vector = run(frame, mask)
                let out = frame.slot(part.slot).words
                for row in 0..<frame.count { out[row] = vector.words[row] ^ 1 &<< 63 }
                return Vector(words: out, bits: vector.bits, bytes: vector.bytes)
            }
        }
        return { frame, mask in
            let vector = run(frame, mask)
            let out = frame.slot(part.slot).words
            var least: UInt64 = 0
            for row in 0..<frame.count {
                let number = vector.words[row]
                out[row] = 0 &- number
                // Only the least number and its counterpart are both negative.
                least |= number & (0 &- number)
            }
            if least >> 63 != 0 {
                frame.forEach(mask) { row in
                    guard vector.isPresent(row), vector.words[row] == 1 << 63 else { return }
                    frame.fail(row, failure: .overflow(term.type ?? .integer), in: part.written) {
                        part.values([vector], row: row)
                    }
                }
            }
            return Vector(words: out, bits: vector.bits, bytes: vector.bytes)
        }
    }
}
