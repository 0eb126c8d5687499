internal import Diagnostics
internal import Formats
internal import PluginKit

/// Chooses the dialect of the files: what is stated, and the rest by default or by a guess.
struct CSVDialectChoice {
    private let choices: CSVReadChoices
    private let name: String

    init(_ choices: CSVReadChoices, of name: String) {
        self.choices = choices
        self.name = name
    }

    /// The dialect.
    ///
    /// - Parameters:
    ///   - bytes: The beginning of the first file.
    ///   - isWhole: Whether that is all of it.
    /// - Returns: The dialect, and the options that state it if it was guessed: those that are not stated yet.
    /// - Throws: `csv.dialect` if the beginning contradicts what is stated, with the options to add.
    func dialect(_ bytes: [UInt8], isWhole: Bool) throws(Diagnostic) -> (dialect: CSVFileDialect, guess: [String]?) {
        var known = choices.stated
        let encoding = CSVEncodingGuess.encoding(of: bytes, isWhole: isWhole)
        if !choices.guesses, known.encoding == nil, encoding != .utf8 {
            known.encoding = encoding
            throw contradiction(Self.finding(encoding), found: guess(bytes, isWhole: isWhole, knowing: known).dialect)
        }
        if known.encoding == nil { known.encoding = encoding }
        guard choices.guesses else {
            try check(bytes, isWhole: isWhole, known: known)
            return (Self.complete(known), nil)
        }
        let guess = guess(bytes, isWhole: isWhole, knowing: known)
        let stated = Set(Self.options(choices.stated))
        return (Self.complete(guess.dialect), Self.options(guess.dialect).filter { !stated.contains($0) })
    }

    private static func finding(_ encoding: TextEncoding) -> String {
        encoding == .utf16 ? "it is UTF-16" : "it is not UTF-8"
    }

    private static func complete(_ known: CSVKnownDialect) -> CSVFileDialect {
        CSVFileDialect(
            syntax: known.syntax,
            encoding: known.encoding ?? .utf8,
            hasHeader: known.hasHeader ?? true,
            skippedLines: known.skippedLines ?? 0
        )
    }

    private func guess(_ bytes: [UInt8], isWhole: Bool, knowing known: CSVKnownDialect) -> CSVGuess {
        CSVGuess(text(bytes, encoding: known.encoding ?? .utf8), isWhole: isWhole, knowing: known)
    }

    /// The text as UTF-8, without a byte order mark.
    private func text(_ bytes: [UInt8], encoding: TextEncoding) -> [UInt8] {
        var text: [UInt8] = []
        var decoding = TextDecoding(encoding, name: name)
        // What is damaged is reported when it is read.
        bytes.withUnsafeBufferPointer { try? decoding.decode($0, to: &text) }
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { text.removeFirst(3) }
        return text
    }

    // MARK: Contradictions

    /// Refuses a file that another dialect fits without doubt, where it does not fit what is stated.
    private func check(_ bytes: [UInt8], isWhole: Bool, known: CSVKnownDialect) throws(Diagnostic) {
        guard known.delimiter == nil else { return }
        let text = text(bytes, encoding: known.encoding ?? .utf8)
        let fit = CSVFit(text, isWhole: isWhole, known: known)
        guard fit.isDoubtful else { return }
        let guess = guess(bytes, isWhole: isWhole, knowing: known)
        let isUsual = [";", "\t", "|"].contains(guess.dialect.delimiter)
        let isPreamble = guess.dialect.delimiter == "," && (guess.dialect.skippedLines ?? 0) > 0
        guard isUsual || isPreamble, guess.width > 1, guess.agreement >= 0.9, guess.records > 1 else { return }
        throw contradiction(fit.words, found: guess.dialect)
    }

    private func contradiction(_ words: String, found: CSVKnownDialect) -> Diagnostic {
        Diagnostic(
            "csv.dialect",
            message: "the file is not written as stated: \(words)",
            category: .usage,
            at: .file(name),
            hint: "add \(Self.options(found).joined(separator: ", ")), or dialect = \"guess\""
        )
    }

    /// The options that state a dialect, as they are written in a pipeline file; those that are as without them are
    /// left out.
    static func options(_ dialect: CSVKnownDialect) -> [String] {
        var options: [String] = []
        if let delimiter = dialect.delimiter, delimiter != "," { options.append("delimiter = \(delimiter.literal)") }
        if let quote = dialect.quote, quote != "\"" {
            options.append("quote = \((quote.map { String($0) } ?? "none").literal)")
        }
        switch dialect.escape {
        case .sign(let sign)?: options.append("escape = \(String(Unicode.Scalar(sign)).literal)")
        case CSVSyntax.Escape.none?: options.append("escape = \"none\"")
        case .doubled?, nil: break
        }
        if let comment = dialect.comment ?? nil { options.append("comment = \(String(comment).literal)") }
        if let encoding = dialect.encoding, encoding != .utf8 { options.append("encoding = \"\(encoding.rawValue)\"") }
        if dialect.hasHeader == false { options.append("header = false") }
        if let lines = dialect.skippedLines, lines > 0 { options.append("skip_lines = \(lines)") }
        return options.isEmpty ? ["delimiter = \",\""] : options
    }
}
