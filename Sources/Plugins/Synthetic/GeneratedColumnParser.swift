internal import Formats
internal import PluginKit

/// Parses `name: kind parameters null 10%`.
struct GeneratedColumnParser {
    private let text: [UInt8]
    private let range: SourceRange

    /// Creates a parser of a text that is written, in quotes, at `range`.
    init(_ text: String, at range: SourceRange) {
        self.text = Array(text.utf8)
        self.range = range
    }

    /// A range of the text, without blanks at its ends.
    private typealias Word = Range<Int>

    /// Parses the column.
    ///
    /// - Throws: `generate.column`, at the word that is wrong.
    func column() throws(Diagnostic) -> GeneratedColumn {
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else {
            throw wrong("expected a name, a colon and a kind", at: 0..<text.count, hint: Self.example)
        }
        let name = trimmed(0..<colon)
        guard !name.isEmpty else {
            throw wrong("expected a name before the colon", at: 0..<colon + 1, hint: Self.example)
        }
        var words = words(in: colon + 1..<text.count)
        var nulls = Share.none
        if words.count > 2, self[words[words.count - 2]] == "null" {
            nulls = try share(words.removeLast())
            words.removeLast()
        }
        guard let kind = words.first else {
            throw wrong("expected a kind after the colon", at: colon..<colon + 1, hint: Self.known)
        }
        let values = try values(of: kind, from: Array(words.dropFirst()))
        return GeneratedColumn(self[name], values: values, nulls: nulls)
    }

    private static let kinds = [
        "sequence", "integer", "real", "text", "instant", "date", "decimal", "boolean", "bytes", "list", "choice",
    ]
    private static let example = "such as \"title: text 8..20 null 10%\""
    private static let known = "known: \(kinds.joined(separator: ", "))"

    // MARK: Parameters of a kind

    private func values(of kind: Word, from words: [Word]) throws(Diagnostic) -> GeneratedColumn.Values {
        switch self[kind] {
        case "sequence":
            guard let first = words.first else { return .sequence(from: 1) }
            try expectEnd(words.dropFirst())
            return .sequence(from: try integer(first))
        case "integer":
            let (lower, upper) = try range(words, of: kind, example: "integer 1..100")
            return .integer(
                try ordered(try integer(lower), try integer(upper), at: lower.lowerBound..<upper.upperBound)
            )
        case "real":
            let (lower, upper) = try range(words, of: kind, example: "real 0..1")
            let place = lower.lowerBound..<upper.upperBound
            let range = try ordered(try real(lower), try real(upper), at: place)
            guard (range.upperBound - range.lowerBound).isFinite else {
                throw wrong("the range is too wide", at: place)
            }
            return .real(range)
        case "text":
            let (lower, upper) = try range(words, of: kind, example: "text 8..20", orSingle: true)
            return .text(try ordered(try length(lower), try length(upper), at: lower.lowerBound..<upper.upperBound))
        case "instant":
            let isFine = words.count == 2 && self[words[1]] == "microseconds"
            let (lower, upper) = try range(
                isFine ? [words[0]] : words,
                of: kind,
                example: "instant 2010-01-01..2026-01-01"
            )
            return .instant(
                try ordered(try instant(lower), try instant(upper), at: lower.lowerBound..<upper.upperBound),
                step: isFine ? 1 : 1000
            )
        case "date":
            let (lower, upper) = try range(words, of: kind, example: "date 2010-01-01..2026-01-01")
            return .date(try ordered(try date(lower), try date(upper), at: lower.lowerBound..<upper.upperBound))
        case "decimal":
            let (lower, upper) = try range(words, of: kind, example: "decimal 0.00..999.99")
            let place = lower.lowerBound..<upper.upperBound
            let range = try ordered(try decimal(lower), try decimal(upper), at: place)
            let scale = max(range.lowerBound.scale, range.upperBound.scale)
            guard let first = range.lowerBound.with(scale: scale), let last = range.upperBound.with(scale: scale) else {
                throw wrong("a number of the range has more than 38 digits", at: place)
            }
            return .decimal(first...last)
        case "bytes":
            let (lower, upper) = try range(words, of: kind, example: "bytes 8..20", orSingle: true)
            return .bytes(
                try ordered(
                    try length(lower, of: "bytes"),
                    try length(upper, of: "bytes"),
                    at: lower.lowerBound..<upper.upperBound
                )
            )
        case "list":
            let (lower, upper) = try range(words, of: kind, example: "list 0..3", orSingle: true)
            return .list(
                try ordered(
                    try length(lower, of: "elements", atMost: GeneratedColumn.longestList),
                    try length(upper, of: "elements", atMost: GeneratedColumn.longestList),
                    at: lower.lowerBound..<upper.upperBound
                )
            )
        case "boolean":
            guard let first = words.first else { return .boolean(try share(50, at: kind)) }
            try expectEnd(words.dropFirst())
            return .boolean(try share(first))
        case "choice":
            return .choice(try choices(words, of: kind))
        case let other:
            throw wrong("there is no kind '\(other)'", at: kind, hint: hint(for: other, among: Self.kinds))
        }
    }

    /// The two ends of `a..b`.
    private func range(
        _ words: [Word],
        of kind: Word,
        example: String,
        orSingle: Bool = false
    ) throws(Diagnostic) -> (Word, Word) {
        guard let word = words.first else {
            throw wrong("'\(self[kind])' needs a range", at: kind, hint: "such as \"\(example)\"")
        }
        try expectEnd(words.dropFirst())
        let dot = UInt8(ascii: ".")
        for index in word.dropLast() where text[index] == dot && text[index + 1] == dot {
            return (word.lowerBound..<index, index + 2..<word.upperBound)
        }
        guard orSingle else {
            throw wrong("expected a range, found '\(self[word])'", at: word, hint: "such as \"\(example)\"")
        }
        return (word, word)
    }

    private func choices(_ words: [Word], of kind: Word) throws(Diagnostic) -> [String] {
        guard let first = words.first, let last = words.last else {
            throw wrong("'choice' needs words to choose from", at: kind, hint: "such as \"choice film|show\"")
        }
        var choices: [String] = []
        var start = first.lowerBound
        for index in first.lowerBound...last.upperBound
        where index == last.upperBound || text[index] == UInt8(ascii: "|") {
            let choice = trimmed(start..<index)
            guard !choice.isEmpty else { throw wrong("expected a word to choose", at: start..<max(index, start + 1)) }
            choices.append(self[choice])
            start = index + 1
        }
        return choices
    }

    private func expectEnd(_ words: ArraySlice<Word>) throws(Diagnostic) {
        guard let word = words.first else { return }
        throw wrong("only 'null' and a share are expected here", at: word, hint: Self.example)
    }

    // MARK: Values

    private func integer(_ word: Word) throws(Diagnostic) -> Int64 {
        guard let integer = Int64(self[word]) else {
            throw wrong("expected a whole number, found '\(self[word])'", at: word)
        }
        return integer
    }

    private func real(_ word: Word) throws(Diagnostic) -> Double {
        guard let real = Double(self[word]), real.isFinite else {
            throw wrong("expected a number, found '\(self[word])'", at: word)
        }
        return real
    }

    private func date(_ word: Word) throws(Diagnostic) -> Int32 {
        guard let date = CivilDate.days(of: text.span.extracting(word)) else {
            throw wrong("expected a day, found '\(self[word])'", at: word, hint: "such as 2010-01-01")
        }
        return date
    }

    private func decimal(_ word: Word) throws(Diagnostic) -> ExactDecimal {
        guard let decimal = ExactDecimal(utf8: text.span.extracting(word)) else {
            throw wrong(
                "expected a decimal number of at most 38 digits, found '\(self[word])'",
                at: word,
                hint: "such as 9.99"
            )
        }
        return decimal
    }

    private func length(
        _ word: Word,
        of things: String = "letters",
        atMost limit: Int = GeneratedColumn.longestText
    ) throws(Diagnostic) -> Int {
        guard let length = Int(self[word]), 0...limit ~= length else {
            throw wrong(
                "expected a number of \(things), found '\(self[word])'",
                at: word,
                hint: "allowed: 0...\(limit)"
            )
        }
        return length
    }

    private func instant(_ word: Word) throws(Diagnostic) -> Int64 {
        guard let instant = ISO8601.microseconds(of: text.span.extracting(word)) else {
            throw wrong(
                "expected a day or a time, found '\(self[word])'",
                at: word,
                hint: "such as 2010-01-01 or 2010-01-01T12:00:00Z"
            )
        }
        return instant
    }

    private func share(_ word: Word) throws(Diagnostic) -> Share {
        guard text[word].last == UInt8(ascii: "%"), let percent = Double(self[word.dropLast()]) else {
            throw wrong("expected a share, found '\(self[word])'", at: word, hint: "such as 10%")
        }
        return try share(percent, at: word)
    }

    private func share(_ percent: Double, at word: Word) throws(Diagnostic) -> Share {
        guard let share = Share(percent: percent) else {
            throw wrong("'\(self[word])' is out of range", at: word, hint: "allowed: 0%...100%")
        }
        return share
    }

    private func ordered<Bound: Comparable>(
        _ lower: Bound,
        _ upper: Bound,
        at place: Word
    ) throws(Diagnostic) -> ClosedRange<Bound> {
        guard lower <= upper else {
            throw wrong("'\(self[place])' ends before it begins", at: place, hint: "the lower end comes first")
        }
        return lower...upper
    }

    // MARK: The text

    private subscript(word: Word) -> String { String(decoding: text[word], as: UTF8.self) }

    private func isBlank(_ index: Int) -> Bool { text[index] == 0x20 || text[index] == 0x09 }

    private func trimmed(_ stretch: Word) -> Word {
        var (lower, upper) = (stretch.lowerBound, stretch.upperBound)
        while lower < upper, isBlank(lower) { lower += 1 }
        while upper > lower, isBlank(upper - 1) { upper -= 1 }
        return lower..<upper
    }

    private func words(in stretch: Word) -> [Word] {
        var words: [Word] = []
        var start: Int?
        for index in stretch {
            if isBlank(index) {
                if let begun = start { words.append(begun..<index) }
                start = nil
            } else if start == nil {
                start = index
            }
        }
        if let begun = start { words.append(begun..<stretch.upperBound) }
        return words
    }

    private func wrong(_ message: String, at word: Word, hint: String? = nil) -> Diagnostic {
        Diagnostic("generate.column", message: message, at: .text(place(of: word)), hint: hint)
    }

    /// The place of a word in the file; the whole text if the file writes it with escapes.
    private func place(of word: Word) -> SourceRange {
        let first = range.offsets.lowerBound + 1
        let bytes = range.text.bytes
        guard first + text.count <= bytes.count, bytes[first..<first + text.count].elementsEqual(text) else {
            return range
        }
        return range.text[first + word.lowerBound..<first + word.upperBound]
    }
}
