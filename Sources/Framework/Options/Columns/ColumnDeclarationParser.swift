internal import Formats
internal import Diagnostics
internal import Records

/// Parses one entry of `columns`: `movie.ids.tmdb as tmdbID: integer`.
package struct ColumnDeclarationParser {
    private let text: [UInt8]
    private let input: OptionInput

    /// Creates a parser of a text that is written at `input`.
    package init(_ text: String, in input: OptionInput) {
        self.text = Array(text.utf8)
        self.input = input
    }

    /// Whether the entry stands for all columns that are not listed.
    package var isRest: Bool { self[trimmed(0..<text.count)] == "*" }

    /// Parses the entry.
    ///
    /// - Throws: `columns.syntax`, `columns.kind`, `cell.format`, each at the part that is wrong.
    package func column() throws(Diagnostic) -> DeclaredColumn {
        var index = skipBlanks(0)
        let source = try path(&index)
        var name: String?
        index = skipBlanks(index)
        if isAs(index) {
            index = skipBlanks(index + 2)
            name = try newName(&index)
            index = skipBlanks(index)
        }
        let header = source.joined(separator: ".")
        guard index < text.count else {
            return DeclaredColumn(source: source, name: name ?? header, kind: nil, holdsJSON: false, format: nil)
        }
        guard text[index] == UInt8(ascii: ":") else {
            throw wrong("expected ':' and a kind, found '\(self[index..<text.count])'", at: index..<text.count)
        }
        let kind = try kind(after: index)
        return DeclaredColumn(
            source: source,
            name: name ?? header,
            kind: kind.kind,
            holdsJSON: kind.holdsJSON,
            format: kind.format
        )
    }

    /// Parses the text as keys alone.
    ///
    /// - Throws: `columns.syntax`.
    package func keys() throws(Diagnostic) -> [String] {
        var index = skipBlanks(0)
        let keys = try path(&index)
        guard skipBlanks(index) == text.count else {
            throw wrong("expected a dot and a key, found '\(self[index..<text.count])'", at: index..<text.count)
        }
        return keys
    }

    /// The finding that a name is there twice.
    package func twice(_ name: String) -> Diagnostic {
        wrong(
            "the column '\(name)' is there twice",
            at: trimmed(0..<text.count),
            code: "columns.twice",
            hint: "list it once, or give one of them another name with ' as '"
        )
    }

    // MARK: Names

    /// The keys of a path, or the name of a header.
    private func path(_ index: inout Int) throws(Diagnostic) -> [String] {
        var keys: [String] = []
        while true {
            if index < text.count, text[index] == Self.backtick {
                keys.append(try quoted(&index))
                guard index < text.count, text[index] == UInt8(ascii: ".") else { break }
                index += 1
                continue
            }
            let start = index
            while index < text.count, text[index] != UInt8(ascii: ":"), text[index] != UInt8(ascii: "."), !isAs(index) {
                index += 1
            }
            let isLast = index == text.count || text[index] != UInt8(ascii: ".")
            // Blanks before ' as ' or a colon do not belong to the name.
            let key = isLast ? trimmed(start..<index) : start..<index
            guard !key.isEmpty || !(isLast && keys.isEmpty) else {
                throw wrong("expected a name", at: start..<max(index, start), hint: Self.example)
            }
            keys.append(self[key])
            if isLast { break }
            index += 1
        }
        return keys
    }

    private func newName(_ index: inout Int) throws(Diagnostic) -> String {
        if index < text.count, text[index] == Self.backtick { return try quoted(&index) }
        let start = index
        while index < text.count, text[index] != UInt8(ascii: ":") { index += 1 }
        let name = trimmed(start..<index)
        guard !name.isEmpty else {
            throw wrong("expected a new name after ' as '", at: start..<index, hint: Self.example)
        }
        return self[name]
    }

    /// A name in backticks; two of them stand for one.
    private func quoted(_ index: inout Int) throws(Diagnostic) -> String {
        let start = index
        var name: [UInt8] = []
        index += 1
        while index < text.count {
            if text[index] == Self.backtick {
                guard index + 1 < text.count, text[index + 1] == Self.backtick else {
                    index += 1
                    return String(decoding: name, as: UTF8.self)
                }
                index += 1
            }
            name.append(text[index])
            index += 1
        }
        throw wrong("a backtick is never closed", at: start..<text.count)
    }

    /// Whether ` as ` is at an index; the blank before it may be the one that ended a name.
    private func isAs(_ index: Int) -> Bool {
        guard index >= 1, index + 2 < text.count else { return false }
        // ` as `, at its first blank or at its `a`.
        let letter = isBlank(index) ? index + 1 : index
        return letter + 2 < text.count && isBlank(letter - 1) && text[letter] == UInt8(ascii: "a")
            && text[letter + 1] == UInt8(ascii: "s") && isBlank(letter + 2)
    }

    // MARK: Kinds

    private func kind(
        after colon: Int
    ) throws(Diagnostic) -> (kind: Schema.Kind, holdsJSON: Bool, format: TimeFormat?) {
        let rest = trimmed(colon + 1..<text.count)
        guard !rest.isEmpty else {
            throw wrong(
                "expected a kind after the colon",
                at: colon..<colon + 1,
                code: "columns.kind",
                hint: "known: \(Self.kinds.joined(separator: ", "))"
            )
        }
        let end = rest.first { isBlank($0) } ?? rest.upperBound
        let word = rest.lowerBound..<end
        let format = trimmed(end..<rest.upperBound)
        guard let kind = self[word] == Self.json ? .text : Schema.Kind(rawValue: self[word]) else {
            throw wrong(
                "there is no kind '\(self[word])'",
                at: word,
                code: "columns.kind",
                hint: hint(for: self[word], among: Self.kinds)
            )
        }
        let holdsJSON = self[word] == Self.json
        guard !format.isEmpty else { return (kind, holdsJSON, nil) }
        do throws(TimeFormat.Mistake) {
            return (kind, holdsJSON, try TimeFormat(self[format], kind: kind))
        } catch {
            let start = format.lowerBound + error.offset
            throw wrong(error.message, at: start..<start + error.count, code: "cell.format", hint: error.hint)
        }
    }

    private static let json = "json"
    private static let kinds = Schema.Kind.allCases.map(\.rawValue) + [json]
    private static let backtick = UInt8(ascii: "`")
    private static let example = "such as \"movie.title as film: text\""

    // MARK: The text

    private subscript(word: Range<Int>) -> String { String(decoding: text[word], as: UTF8.self) }

    private func isBlank(_ index: Int) -> Bool { text[index] == 0x20 || text[index] == 0x09 }

    private func skipBlanks(_ index: Int) -> Int {
        var index = index
        while index < text.count, isBlank(index) { index += 1 }
        return index
    }

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (lower, upper) = (range.lowerBound, range.upperBound)
        while lower < upper, isBlank(lower) { lower += 1 }
        while upper > lower, isBlank(upper - 1) { upper -= 1 }
        return lower..<upper
    }

    private func wrong(
        _ message: String,
        at word: Range<Int>,
        code: Diagnostic.Code = "columns.syntax",
        hint: String? = nil
    ) -> Diagnostic {
        Diagnostic(code, message: message, at: .text(input.range(of: word, in: text)), hint: hint)
    }
}
