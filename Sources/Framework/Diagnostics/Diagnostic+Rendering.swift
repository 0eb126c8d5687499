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

extension Diagnostic: CustomStringConvertible {
    /// The diagnostic as a person reads it, without colours.
    public var description: String { rendered() }
}

extension DiagnosticList: CustomStringConvertible {
    /// The findings as a person reads them, without colours.
    public var description: String { all.map { $0.rendered() }.joined(separator: "\n") }
}

/// A line of a text with a stretch of it underlined.
private struct Excerpt {
    let lines: [String]

    init(_ range: SourceRange, mark: Character, caption: String?, _ style: Diagnostic.Style) {
        let text = range.text
        let line = text.line(around: range.offsets.lowerBound)
        let number = "\(range.start.line)"
        let gutter = String(repeating: " ", count: max(0, 5 - number.count)) + number
        let room = max(20, style.width - 8)

        // Long lines are cut around the mark: enough before it to recognise the place, the rest behind.
        let before = text.scalars(
            in: line.lowerBound..<max(line.lowerBound, min(range.offsets.lowerBound, line.upperBound))
        )
        let firstColumn = before < room - 10 ? 0 : before - room / 2
        let scalars = Self.scalars(of: text, in: line, from: firstColumn, atMost: room)
        let cutFront = firstColumn > 0
        let shown = (cutFront ? "…" : "") + scalars.text + (scalars.isCut ? "…" : "")

        let lead = Self.blanks(for: scalars.text, count: before - firstColumn) + (cutFront ? " " : "")
        let upper = min(range.offsets.upperBound, line.upperBound)
        let marked = upper > range.offsets.lowerBound ? text.scalars(in: range.offsets.lowerBound..<upper) : 1
        let length = max(1, min(marked, room - (before - firstColumn)))
        let underline = Paint.mark(mark, String(repeating: mark, count: length), style)
        let empty = String(repeating: " ", count: max(5, number.count))
        lines = [
            "\(gutter) | \(shown)",
            "\(empty) | \(lead)\(underline)" + (caption.map { " \($0.escapingControls)" } ?? ""),
        ]
    }

    /// At most `count` scalars of a line, from a column on, with control characters made visible.
    private static func scalars(
        of text: SourceText,
        in line: Range<Int>,
        from column: Int,
        atMost count: Int
    ) -> (text: String, isCut: Bool) {
        var start = line.lowerBound
        var skipped = 0
        while start < line.upperBound {
            if text.bytes[start] & 0xC0 != 0x80 {
                if skipped == column { break }
                skipped += 1
            }
            start += 1
        }
        var end = start
        var taken = 0
        while end < line.upperBound {
            if text.bytes[end] & 0xC0 != 0x80 {
                if taken == count { break }
                taken += 1
            }
            end += 1
        }
        let shown = String(decoding: text.bytes[start..<end], as: UTF8.self)
        return (String(String.UnicodeScalarView(shown.unicodeScalars.map(\.visible))), end < line.upperBound)
    }

    /// What stands before the mark: a tab stays a tab, so that the mark meets its place at any width of tabs.
    private static func blanks(for text: String, count: Int) -> String {
        var blanks = String(text.unicodeScalars.prefix(count).map { $0 == "\t" ? "\t" : " " })
        if blanks.unicodeScalars.count < count {
            blanks += String(repeating: " ", count: count - blanks.unicodeScalars.count)
        }
        return blanks
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
