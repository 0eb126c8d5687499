extension Diagnostic {
    /// How a diagnostic is printed.
    public struct Style: Sendable {
        /// The number of columns, to which excerpts are cut.
        ///
        /// Default: 100.
        public var width: Int
        /// Whether to colour with ANSI escape sequences.
        ///
        /// Default: no.
        public var isColoured: Bool

        /// Creates a style for excerpts of at most `width` columns, with or without colours.
        public init(width: Int = 100, isColoured: Bool = false) {
            self.width = max(width, 40)
            self.isColoured = isColoured
        }
    }

    /// The diagnostic as lines for users, without a newline at the end.
    ///
    /// Whatever its parts contain, the result is plain visible text; see `VisibleText`. Secrets of the text that the
    /// diagnostic is about are shown as dots, in the excerpt and wherever they are quoted.
    ///
    ///     pipelines/trakt.toml:14:1: error[option.unknown]: there is no option 'batch_sise' in [run]
    ///        14 | batch_sise = 100
    ///           | ^^^^^^^^^^ did you mean 'batch_size'?
    ///
    /// A cause has a line of its own, unless the message or the hint quotes it.
    public func rendered(_ style: Style = Style()) -> String {
        withoutSecrets.lines(style).joined(separator: "\n")
    }

    private func lines(_ style: Style) -> [String] {
        let heading = Paint.severity(severity, text: "\(severity.rawValue)[\(code)]", style: style)
        var lines: [String] = []
        var hint = hint
        switch place {
        case .text(let range):
            let file = VisibleText.line(range.text.name)
            lines.append("\(file):\(range.start): \(heading): \(VisibleText.line(message))")
            for note in related where note.range.offsets.lowerBound < range.offsets.lowerBound {
                lines += Self.lines(note.range, mark: "-", caption: note.caption, style: style)
            }
            lines += Self.lines(range, mark: "^", caption: hint, style: style)
            for note in related where note.range.offsets.lowerBound >= range.offsets.lowerBound {
                lines += Self.lines(note.range, mark: "-", caption: note.caption, style: style)
            }
            hint = nil
        case .stage(let stage, let position):
            let whereabouts = position.map { "\(stage), \($0)" } ?? stage
            lines.append("\(heading): \(VisibleText.line(whereabouts)): \(VisibleText.line(message))")
        case .file(let path):
            lines.append("\(VisibleText.line(path)): \(heading): \(VisibleText.line(message))")
        case nil:
            lines.append("\(heading): \(VisibleText.line(message))")
        }
        for words in causes { lines.append("  cause: \(VisibleText.line(words))") }
        if let hint { lines.append("  hint: \(VisibleText.line(hint))") }
        return lines
    }

    private static func lines(_ range: SourceRange, mark: Character, caption: String?, style: Style) -> [String] {
        let excerpt = Excerpt(range, mark: mark, width: style.width)
        let marks = Paint.mark(mark, text: excerpt.marks, style: style)
        return [excerpt.line, excerpt.lead + marks + (caption.map { " \(VisibleText.line($0))" } ?? "")]
    }
}

private enum Paint {
    static func severity(_ severity: Diagnostic.Severity, text: String, style: Diagnostic.Style) -> String {
        guard style.isColoured else { return text }
        let colour =
            switch severity {
            case .error: "1;31"
            case .warning: "1;33"
            case .note: "1;36"
            }
        return "\u{1B}[\(colour)m\(text)\u{1B}[0m"
    }

    static func mark(_ mark: Character, text: String, style: Diagnostic.Style) -> String {
        guard style.isColoured else { return text }
        return "\u{1B}[\(mark == "^" ? "1;32" : "1;34")m\(text)\u{1B}[0m"
    }
}
