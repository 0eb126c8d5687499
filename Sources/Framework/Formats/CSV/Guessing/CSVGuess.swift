/// A guess of the dialect of a CSV file from its beginning.
public struct CSVGuess: Sendable, Hashable {
    /// The dialect, complete.
    public let dialect: CSVKnownDialect
    /// The number of fields of most records.
    public let width: Int
    /// The share of records that have that many.
    public let agreement: Double
    /// The number of records in the sample.
    public let records: Int

    /// Guesses what is not known.
    ///
    /// - Parameters:
    ///   - text: The beginning of the text, as UTF-8, without a byte order mark.
    ///   - isWhole: Whether that is all of it.
    ///   - known: What is known.
    public init(_ text: [UInt8], isWhole: Bool, knowing known: CSVKnownDialect) {
        var text = text
        if let lines = known.skippedLines { text.removeFirst(Self.length(of: lines, in: text)) }
        var last: Last?
        var best: (dialect: CSVKnownDialect, sample: CSVSample, score: Double)?
        for candidate in Self.candidates(text, knowing: known) {
            // Quotes that are not escaped at all: only where they do not fit otherwise.
            let isLoose = known.escape == nil && candidate.escape == CSVSyntax.Escape.none
            if isLoose, let last, last.fits(candidate) { continue }
            let sample = CSVSample(text, isWhole: isWhole, syntax: candidate.syntax)
            last = Last(dialect: candidate, isClean: sample.faults == 0 && !sample.isUnclosed)
            let score = sample.score * Self.weight(of: candidate)
            if best.map({ score > $0.score * 1.000_001 }) ?? true { best = (candidate, sample, score) }
        }
        guard var (dialect, sample, _) = best else {
            self.init(known, of: CSVSample([], isWhole: true, syntax: known.syntax))
            return
        }
        if known.comment == nil {
            dialect.comment = .some(Self.comment(in: sample, text: text))
            if dialect.comment ?? nil != nil {
                sample = CSVSample(text, isWhole: isWhole, syntax: dialect.syntax)
            }
        }
        var start = 0
        if known.skippedLines == nil {
            start = Self.start(of: sample)
            dialect.skippedLines = start == 0 ? 0 : sample.records[start].line - 1
        }
        if known.hasHeader == nil { dialect.hasHeader = Self.hasHeader(sample.records[start...].map(\.fields)) }
        self.init(dialect, of: sample.dropping(start))
    }

    private init(_ dialect: CSVKnownDialect, of sample: CSVSample) {
        self.dialect = dialect
        width = sample.usualWidth
        agreement = sample.agreement
        records = sample.records.count
    }

    /// The candidate before.
    private struct Last {
        let dialect: CSVKnownDialect
        let isClean: Bool

        /// Whether another one differs only in its escape, which this one does not lack.
        func fits(_ other: CSVKnownDialect) -> Bool {
            isClean && dialect.delimiter == other.delimiter && dialect.quote == other.quote
        }
    }

    // MARK: Signs

    private static func candidates(_ text: [UInt8], knowing known: CSVKnownDialect) -> [CSVKnownDialect] {
        let delimiters = known.delimiter.map { [$0] } ?? Self.delimiters(in: text)
        var candidates: [CSVKnownDialect] = []
        for delimiter in delimiters {
            for quote in known.quote.map({ [$0] }) ?? Self.quotes(in: text) {
                for escape in known.escape.map({ [$0] }) ?? Self.escapes(in: text, quote: quote) {
                    var candidate = known
                    candidate.delimiter = delimiter
                    candidate.quote = .some(quote)
                    candidate.escape = escape
                    if candidate.problem == nil { candidates.append(candidate) }
                }
            }
        }
        return candidates
    }

    private static func delimiters(in text: [UInt8]) -> [String] {
        let usual = [",", ";", "\t", "|", ":", " ", "~", "^", "\u{1}", "\u{1F}", "§", ", ", "; ", "||", "::", "|~|"]
        let found = usual.filter { occurs($0, in: text) }
        return found.isEmpty ? [","] : found
    }

    private static func quotes(in text: [UInt8]) -> [Unicode.Scalar?] {
        let hasDouble = text.contains(UInt8(ascii: "\""))
        let hasSingle = text.contains(UInt8(ascii: "'"))
        var quotes: [Unicode.Scalar?] = hasDouble || !hasSingle ? ["\""] : []
        if hasSingle { quotes.append("'") }
        if hasDouble || hasSingle { quotes.append(nil) }
        return quotes
    }

    private static func escapes(in text: [UInt8], quote: Unicode.Scalar?) -> [CSVSyntax.Escape] {
        guard let quote else { return [.doubled] }
        let hasBackslash = occurs("\\\(quote)", in: text)
        return [.doubled] + (hasBackslash ? [.sign(CSVSign.backslash)] : []) + [.none]
    }

    private static func occurs(_ sign: String, in text: [UInt8]) -> Bool {
        let sign = Array(sign.utf8)
        guard text.count >= sign.count else { return false }
        return text.indices.dropLast(sign.count - 1).contains { text[$0] == sign[0] && text[$0...].starts(with: sign) }
    }

    /// Usual signs win where the text does not decide.
    private static func weight(of dialect: CSVKnownDialect) -> Double {
        var weight = 1.0
        switch dialect.delimiter {
        case ",", ";", "\t", "|": break
        case " ", ":": weight = 0.8
        default: weight = 0.95
        }
        if case .some(nil) = dialect.quote { weight *= 0.9 }
        if dialect.quote == .some("'") { weight *= 0.97 }
        if dialect.escape == CSVSyntax.Escape.none { weight *= 0.97 }
        return weight
    }

    // MARK: Lines

    /// The number of bytes of the first lines.
    static func length(of lines: Int, in text: [UInt8]) -> Int {
        var place = 0
        for _ in 0..<lines {
            while place < text.count, text[place] != CSVSign.lf, text[place] != CSVSign.cr { place += 1 }
            guard place < text.count else { break }
            place += text[place...].starts(with: [CSVSign.cr, CSVSign.lf]) ? 2 : 1
        }
        return place
    }

    /// The sign of lines that are comments.
    private static func comment(in sample: CSVSample, text: [UInt8]) -> Unicode.Scalar? {
        let width = sample.usualWidth
        let marked = sample.records.filter { $0.fields[0].first == UInt8(ascii: "#") }
        guard !marked.isEmpty, width > 1, marked.count * 2 < sample.records.count else { return nil }
        return marked.contains { $0.fields.count == width } ? nil : "#"
    }

    /// The first record that is not part of a preamble: one of the usual width, after narrower ones.
    private static func start(of sample: CSVSample) -> Int {
        let width = sample.usualWidth
        guard width > 1, let first = sample.records.firstIndex(where: { $0.fields.count == width }) else { return 0 }
        let isPreamble = sample.records[..<first].allSatisfy { record in
            2 * record.fields.count { !$0.isEmpty } <= width
        }
        return isPreamble ? first : 0
    }

    /// Whether the first record has names: no numbers or times, and nothing twice.
    private static func hasHeader(_ records: [CSVSample.Fields]) -> Bool {
        guard let first = records.first else { return true }
        let looks = first.map { CellLook(of: $0) }
        guard records.count > 1 else { return !looks.contains(.number) && !looks.contains(.time) }
        // Years and other numbers are names as well, if the records differ from them.
        let isTyped = looks.contains(.number) || looks.contains(.time)
        if !isTyped { return true }
        let others = records.dropFirst().prefix(50)
        let differs = first.indices.contains { index in
            let below = others.compactMap { index < $0.count ? CellLook(of: $0[index]) : nil }.filter { $0 != .empty }
            guard !below.isEmpty, looks[index] == .word else { return false }
            return below.allSatisfy { $0 == .number || $0 == .time }
        }
        return differs && !first.contains([])
    }
}
