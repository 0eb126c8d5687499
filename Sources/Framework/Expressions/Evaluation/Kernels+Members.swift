internal import Records

extension Kernels {
    /// Whether a value is one of several constants of its type; null is one only if it is among them.
    ///
    /// - Parameters:
    ///   - term: The value.
    ///   - members: The constants.
    ///   - slot: The memory of the answer.
    /// - Returns: The closure.
    static func member(_ term: Term, of members: [Value], slot: Int) -> Run {
        let hasNull = members.contains(.null)
        let run = term.run
        let holds: @Sendable (Vector, Int) -> Bool
        switch term.type {
        case .text, .bytes:
            // By length, then in order: nothing is allocated for a row.
            let texts = Dictionary(grouping: Set(members.compactMap(\.bytes)), by: \.count)
                .mapValues { $0.sorted { $0.lexicographicallyPrecedes($1) } }
            holds = { vector, row in
                let text = vector.text(row)
                return texts[text.count].map { contains($0, text: text) } ?? false
            }
        case .decimal:
            let numbers = Set(members.compactMap { if case .decimal(let number) = $0 { number } else { nil } })
            holds = { vector, row in numbers.contains(vector.decimal(row)) }
        case .boolean:
            let (yes, no) = (members.contains(.boolean(true)), members.contains(.boolean(false)))
            holds = { vector, row in vector.words.isSet(row) ? yes : no }
        default:
            let words = members.compactMap(\.orderedWord).sorted()
            if term.type != .real, let first = words.first, words.count <= 4 {
                return few(
                    words + Array(repeating: first, count: 4 - words.count),
                    run: run,
                    hasNull: hasNull,
                    slot: slot
                )
            }
            let isReal = term.type == .real
            holds = { vector, row in
                let word = Value.ordered(vector.words[row], isReal: isReal)
                var (lower, upper) = (0, words.count)
                while lower < upper {
                    let middle = (lower + upper) / 2
                    if words[middle] < word { lower = middle + 1 } else { upper = middle }
                }
                return lower < words.count && words[lower] == word
            }
        }
        return { frame, mask in
            let vector = run(frame, mask)
            let out = frame.slot(slot).words
            out.update(repeating: 0, count: frame.wordsOfBits)
            frame.forEach(mask) { row in
                if vector.isPresent(row) ? holds(vector, row) : hasNull { out.set(row) }
            }
            return Vector(words: out, bits: nil, bytes: frame.noBytes)
        }
    }

    /// Whether a text is one of several of its length, which are sorted.
    private static func contains(_ texts: [[UInt8]], text: UnsafeBufferPointer<UInt8>) -> Bool {
        var (lower, upper) = (0, texts.count)
        while lower < upper {
            let middle = (lower + upper) / 2
            let comparison = texts[middle].withUnsafeBufferPointer { order($0, right: text) }
            if comparison == 0 { return true }
            if comparison < 0 { lower = middle + 1 } else { upper = middle }
        }
        return false
    }

    /// At most four numbers, compared one by one without a branch.
    private static func few(_ words: [Int64], run: @escaping Run, hasNull: Bool, slot: Int) -> Run {
        let (one, two, three, four) = (words[0], words[1], words[2], words[3])
        return { frame, mask in
            let vector = run(frame, mask)
            let out = frame.slot(slot).words
            let words = vector.words
            frame.bits(into: out) { row in
                let word = Int64(bitPattern: words[row])
                return word == one || word == two || word == three || word == four
            }
            if let has = vector.bits {
                for word in 0..<frame.wordsOfBits {
                    out[word] = out[word] & has[word] | (hasNull ? ~has[word] : 0)
                }
                if frame.count > 0 { out[frame.wordsOfBits - 1] &= frame.lastBits }
            }
            return Vector(words: out, bits: nil, bytes: frame.noBytes)
        }
    }
}

extension Value {
    fileprivate var bytes: [UInt8]? {
        switch self {
        case .text(let text): Array(text.utf8)
        case .bytes(let bytes): bytes
        default: nil
        }
    }

    /// The word of a number or a time, so that equal values have equal words.
    fileprivate var orderedWord: Int64? {
        switch self {
        case .integer(let value), .instant(let value): value
        case .date(let value): Int64(value)
        case .real(let value): Value.ordered(value.bitPattern, isReal: true)
        case .null, .boolean, .text, .decimal, .bytes: nil
        }
    }

    /// The bits of a real number in the order of numbers are not needed: only 0 and -0 must agree.
    fileprivate static func ordered(_ word: UInt64, isReal: Bool) -> Int64 {
        isReal && word == 1 << 63 ? 0 : Int64(bitPattern: word)
    }
}
