extension Diagnostic {
    /// How a diagnostic is printed.
    public struct Style: Sendable {
        /// How many columns there are; an excerpt is cut to them (default: 100).
        public var width: Int
        /// Whether to colour, with ANSI sequences (default: no).
        public var isColoured: Bool

        /// A style.
        public init(width: Int = 100, isColoured: Bool = false) {
            self.width = max(width, 40)
            self.isColoured = isColoured
        }
    }

    /// The diagnostic as lines for a person, without a newline at the end.
    ///
    ///     pipelines/trakt.toml:14:1: error[option.unknown]: there is no option 'batch_sise' in [run]
    ///        14 | batch_sise = 100
    ///           | ^^^^^^^^^^ did you mean 'batch_size'?
    public func rendered(_ style: Style = Style()) -> String {
        let heading = Paint.severity(severity, "\(severity.rawValue)[\(code)]", style)
        var lines: [String] = []
        var hint = hint
        switch place {
        case .text(let range):
            lines.append("\(range.text.name.escapingControls):\(range.start): \(heading): \(message.escapingControls)")
            for note in related where note.range.offsets.lowerBound < range.offsets.lowerBound {
                lines += Self.lines(note.range, mark: "-", caption: note.caption, style)
            }
            lines += Self.lines(range, mark: "^", caption: hint, style)
            for note in related where note.range.offsets.lowerBound >= range.offsets.lowerBound {
                lines += Self.lines(note.range, mark: "-", caption: note.caption, style)
            }
            hint = nil
        case .stage(let stage, let position):
            let whereabouts = position.map { "\(stage), \($0)" } ?? stage
            lines.append("\(heading): \(whereabouts.escapingControls): \(message.escapingControls)")
        case .file(let path):
            lines.append("\(path.escapingControls): \(heading): \(message.escapingControls)")
        case nil:
            lines.append("\(heading): \(message.escapingControls)")
        }
        if let hint { lines.append("  hint: \(hint.escapingControls)") }
        return lines.joined(separator: "\n")
    }

    private static func lines(_ range: SourceRange, mark: Character, caption: String?, _ style: Style) -> [String] {
        let excerpt = Excerpt(range, mark: mark, width: style.width)
        let marks = Paint.mark(mark, excerpt.marks, style)
        return [excerpt.line, excerpt.lead + marks + (caption.map { " \($0.escapingControls)" } ?? "")]
    }
}

private enum Paint {
    static func severity(_ severity: Diagnostic.Severity, _ text: String, _ style: Diagnostic.Style) -> String {
        guard style.isColoured else { return text }
        let colour =
            switch severity {
            case .error: "1;31"
            case .warning: "1;33"
            case .note: "1;36"
            }
        return "\u{1B}[\(colour)m\(text)\u{1B}[0m"
    }

    static func mark(_ mark: Character, _ text: String, _ style: Diagnostic.Style) -> String {
        guard style.isColoured else { return text }
        return "\u{1B}[\(mark == "^" ? "1;32" : "1;34")m\(text)\u{1B}[0m"
    }
}

extension Unicode.Scalar {
    /// The scalar itself, or a sign for a control character, which would move the terminal's cursor.
    var visible: Unicode.Scalar {
        switch value {
        case 0x09: self
        case 0..<0x20: Unicode.Scalar(0x2400 + value) ?? "\u{FFFD}"
        case 0x7F: "\u{2421}"
        case 0x80..<0xA0, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: "\u{FFFD}"
        default: self
        }
    }
}

extension String {
    /// The text with control characters made visible; a message never steers a terminal.
    var escapingControls: String {
        guard unicodeScalars.contains(where: { $0.visible != $0 && $0 != "\n" }) else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.map { $0 == "\n" ? $0 : $0.visible }))
    }
}
