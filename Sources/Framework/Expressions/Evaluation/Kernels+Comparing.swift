internal import Records

extension Kernels {
    typealias Comparison = SyntaxTree.Comparison

    /// Compares two terms of one type, or an integer with a real number.
    static func comparison(_ comparison: Comparison, left: Term, right: Term, slot: Int) -> Run {
        if left.isNull || right.isNull { return withNull(comparison, left: left, right: right, slot: slot) }
        switch (left.type, right.type) {
        case (.real, .real): return reals(comparison, left: left, right: right, slot: slot)
        case (.integer, .real):
            return rows(comparison, left: left, right: right, slot: slot) { left, right, row in
                MixedOrder.order(left.words[row], right: right.words[row])
            }
        case (.real, .integer):
            return rows(comparison, left: left, right: right, slot: slot) { left, right, row in
                MixedOrder.order(right.words[row], right: left.words[row]).map { -$0 }
            }
        case (.text, _), (.bytes, _): return texts(comparison, left: left, right: right, slot: slot)
        case (.decimal, _):
            return rows(comparison, left: left, right: right, slot: slot) { left, right, row in
                let one = left.decimal(row)
                let other = right.decimal(row)
                return one == other ? 0 : one < other ? -1 : 1
            }
        case (.boolean, _): return booleans(comparison, left: left, right: right, slot: slot)
        default: return integers(comparison, left: left, right: right, slot: slot)
        }
    }

    private static func integers(_ comparison: Comparison, left: Term, right: Term, slot: Int) -> Run {
        switch comparison {
        case .equal, .notEqual:
            words(IntegerTests.Equal.self, left: left, right: right, comparison: comparison, slot: slot)
        case .less: words(IntegerTests.Less.self, left: left, right: right, comparison: comparison, slot: slot)
        case .lessOrEqual:
            words(IntegerTests.LessOrEqual.self, left: left, right: right, comparison: comparison, slot: slot)
        case .greater: words(IntegerTests.Greater.self, left: left, right: right, comparison: comparison, slot: slot)
        case .greaterOrEqual:
            words(IntegerTests.GreaterOrEqual.self, left: left, right: right, comparison: comparison, slot: slot)
        }
    }

    private static func reals(_ comparison: Comparison, left: Term, right: Term, slot: Int) -> Run {
        switch comparison {
        case .equal, .notEqual:
            words(RealTests.Equal.self, left: left, right: right, comparison: comparison, slot: slot)
        case .less: words(RealTests.Less.self, left: left, right: right, comparison: comparison, slot: slot)
        case .lessOrEqual:
            words(RealTests.LessOrEqual.self, left: left, right: right, comparison: comparison, slot: slot)
        case .greater: words(RealTests.Greater.self, left: left, right: right, comparison: comparison, slot: slot)
        case .greaterOrEqual:
            words(RealTests.GreaterOrEqual.self, left: left, right: right, comparison: comparison, slot: slot)
        }
    }

    private static func words<Test: WordTest>(
        _ test: Test.Type,
        left: Term,
        right: Term,
        comparison: Comparison,
        slot: Int
    ) -> Run {
        let (leftRun, rightRun) = (left.run, right.run)
        if let word = right.word {
            return { frame, mask in
                let left = leftRun(frame, mask)
                let out = frame.slot(slot).words
                let words = left.words
                frame.bits(into: out) { Test.holds(words[$0], right: word) }
                return frame.settled(out, comparison: comparison, left: left.bits, right: nil)
            }
        }
        return { frame, mask in
            let left = leftRun(frame, mask)
            let right = rightRun(frame, mask)
            let out = frame.slot(slot).words
            let (words, others) = (left.words, right.words)
            frame.bits(into: out) { Test.holds(words[$0], right: others[$0]) }
            return frame.settled(out, comparison: comparison, left: left.bits, right: right.bits)
        }
    }

    /// Row by row, for the needed rows: `order` is -1, 0 or 1, or nil if nothing holds.
    static func rows(
        _ comparison: Comparison,
        left: Term,
        right: Term,
        slot: Int,
        order: @escaping @Sendable (Vector, Vector, Int) -> Int?
    ) -> Run {
        let (leftRun, rightRun) = (left.run, right.run)
        return { frame, mask in
            let left = leftRun(frame, mask)
            let right = rightRun(frame, mask)
            let slot = frame.slot(slot)
            let out = slot.words
            out.update(repeating: 0, count: frame.wordsOfBits)
            frame.forEach(mask) { row in
                guard left.isPresent(row), right.isPresent(row) else { return }
                if let order = order(left, right, row), comparison.holds(order) { out.set(row) }
            }
            return frame.settled(out, comparison: comparison, left: left.bits, right: right.bits)
        }
    }

    private static func booleans(_ comparison: Comparison, left: Term, right: Term, slot: Int) -> Run {
        let (leftRun, rightRun) = (left.run, right.run)
        return { frame, mask in
            let left = leftRun(frame, mask)
            let right = rightRun(frame, mask)
            let out = frame.slot(slot).words
            for word in 0..<frame.wordsOfBits { out[word] = ~(left.words[word] ^ right.words[word]) }
            return frame.settled(out, comparison: comparison, left: left.bits, right: right.bits)
        }
    }

    /// A comparison with the literal null: only equality can hold.
    private static func withNull(_ comparison: Comparison, left: Term, right: Term, slot: Int) -> Run {
        let other = left.isNull ? right : left
        guard !comparison.isOrder else { return never([left, right], slot: slot) }
        return isNull(other, slot: slot, isNegated: comparison == .notEqual)
    }

    /// False for all rows; the terms are evaluated, since they may fail.
    static func never(_ terms: [Term], slot: Int) -> Run {
        let runs = terms.map(\.run)
        return { frame, mask in
            for run in runs { _ = run(frame, mask) }
            let out = frame.slot(slot).words
            out.update(repeating: 0, count: frame.wordsOfBits)
            return Vector(words: out, bits: nil, bytes: frame.noBytes)
        }
    }

    /// Whether a term is null.
    static func isNull(_ term: Term, slot: Int, isNegated: Bool = false) -> Run {
        let run = term.run
        return { frame, mask in
            let vector = run(frame, mask)
            let out = frame.slot(slot).words
            for word in 0..<frame.wordsOfBits {
                let has = vector.bits?[word] ?? .max
                out[word] = isNegated ? has : ~has
            }
            if frame.count > 0 { out[frame.wordsOfBits - 1] &= frame.lastBits }
            return Vector(words: out, bits: nil, bytes: vector.bytes)
        }
    }
}

extension SyntaxTree.Comparison {
    /// Whether it holds for two values of which the first is less (-1), equal (0) or greater (1).
    @inline(__always)
    func holds(_ order: Int) -> Bool {
        switch self {
        // The complement is taken with the nulls (`Frame.settled`).
        case .equal, .notEqual: order == 0
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .greater: order > 0
        case .greaterOrEqual: order >= 0
        }
    }
}

extension Frame {
    /// Takes account of nulls, after a comparison of all values.
    ///
    /// Two nulls are equal, and no null is less than anything. `!=` is what is not equal.
    @inline(__always)
    func settled(
        _ out: UnsafeMutablePointer<UInt64>,
        comparison: SyntaxTree.Comparison,
        left: UnsafePointer<UInt64>?,
        right: UnsafePointer<UInt64>?
    ) -> Vector {
        let words = wordsOfBits
        if left != nil || right != nil {
            for word in 0..<words {
                let (one, other) = (left?[word] ?? .max, right?[word] ?? .max)
                out[word] &= one & other
                if !comparison.isOrder { out[word] |= ~one & ~other }
            }
        }
        if comparison == .notEqual {
            for word in 0..<words { out[word] = ~out[word] }
        }
        if words > 0 { out[words - 1] &= lastBits }
        return Vector(words: out, bits: nil, bytes: noBytes)
    }
}
