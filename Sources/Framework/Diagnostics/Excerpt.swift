/// A line of a text with a range of it underlined, as two lines for a terminal.
///
///         2 | title = "日本" year
///           |                ^^^^ did you mean ','?
struct Excerpt {
    /// The line and the marks below it, without colours: what precedes the marks, the marks, what follows them.
    let line: String
    let lead: String
    let marks: String

    fileprivate struct Cell {
        let scalar: Unicode.Scalar
        let width: Int
    }

    /// Creates an excerpt.
    ///
    /// - Parameters:
    ///   - range: What to underline; only its first line is underlined.
    ///   - mark: The character that underlines.
    ///   - width: The number of columns.
    init(_ range: SourceRange, mark: Character, width: Int) {
        let text = range.text
        let line = text.line(around: range.offsets.lowerBound)
        let number = "\(range.start.line)"
        let room = max(20, width - max(8, number.count + 3))

        // Of a line of megabytes, only what can be shown is decoded: four bytes per column, and as many again for
        // scalars without width.
        let reach = 8 * room
        var start = min(max(range.offsets.lowerBound, line.lowerBound), line.upperBound)
        while start > line.lowerBound, start < line.upperBound, text.bytes[start].isContinuation { start -= 1 }
        var end = min(max(range.offsets.upperBound, start), line.upperBound, start + reach)
        while end < line.upperBound, text.bytes[end].isContinuation { end += 1 }
        var first = max(line.lowerBound, start - reach)
        while first < start, text.bytes[first].isContinuation { first += 1 }
        let last = min(line.upperBound, end + reach)

        // Invalid UTF-8 is shown where it is: each of the three parts is decoded separately.
        let secrets = text.secretRanges
        let before = Self.cells(text.bytes[first..<start], without: secrets)
        let marked = range.isSecret ? Self.dots : Self.cells(text.bytes[start..<end], without: secrets)
        let after = Self.cells(text.bytes[end..<last], without: secrets)

        // Long lines are cut around the mark: enough before it to recognise the place, the rest after it.
        var shown = before[...]
        var isCut = first > line.lowerBound
        if isCut || before.width > room - 11 && before.width + marked.width + after.width > room {
            isCut = true
            var columns = shown.width
            while columns > room / 2 { columns -= shown.removeFirst().width }
        }
        let lead = shown
        shown += marked + after
        let left = room - (isCut ? 1 : 0)
        var isCutAfter = false
        if shown.width > left || last < line.upperBound {
            isCutAfter = true
            var columns = 0
            let fitting = shown.prefix { cell in
                columns += cell.width
                return columns <= left - 1
            }
            shown = fitting
        }

        let gutter = String(repeating: " ", count: max(0, 5 - number.count)) + number
        let empty = String(repeating: " ", count: gutter.count)
        self.line = "\(gutter) | " + (isCut ? "…" : "") + shown.text + (isCutAfter ? "…" : "")
        // Tabs stay tabs, so that the mark is aligned at any tab width.
        let blanks = lead.map { $0.scalar == "\t" ? "\t" : String(repeating: " ", count: $0.width) }
        self.lead = "\(empty) | " + (isCut ? " " : "") + blanks.joined()
        marks = String(repeating: mark, count: max(1, min(marked.width, left - lead.width)))
    }

    /// The replacement for a secret.
    private static let dots = cells(ArraySlice("•••".utf8))

    /// The cells of a range; each secret in it is three dots, however long it is.
    private static func cells(_ bytes: ArraySlice<UInt8>, without secrets: [Range<Int>]) -> [Cell] {
        var cells: [Cell] = []
        var start = bytes.startIndex
        for secret in secrets where secret.overlaps(bytes.indices) {
            cells += Self.cells(bytes[start..<max(start, secret.lowerBound)]) + dots
            start = min(secret.upperBound, bytes.endIndex)
        }
        return cells + Self.cells(bytes[start...])
    }

    private static func cells(_ bytes: ArraySlice<UInt8>) -> [Cell] {
        // A tab stays a tab: the line of marks below has the same one.
        String(decoding: bytes, as: UTF8.self).replacingInvisible { $0 == "\t" ? nil : $0.picture }
            .unicodeScalars.map { Cell(scalar: $0, width: $0.columns) }
    }
}

extension Collection where Element == Excerpt.Cell {
    fileprivate var width: Int { reduce(0) { $0 + $1.width } }
    fileprivate var text: String { String(String.UnicodeScalarView(map(\.scalar))) }
}

extension UInt8 {
    /// Whether it is a continuation byte of a UTF-8 sequence.
    fileprivate var isContinuation: Bool { self & 0xC0 == 0x80 }
}

extension Unicode.Scalar {
    /// The number of terminal columns of the scalar: two for East Asian scripts and pictures (roughly "wide" and
    /// "fullwidth" in Unicode Standard Annex 11), zero for combining marks, one for a tab.
    var columns: Int {
        guard value >= 0x300 else { return 1 }
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
            0x1F900...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default: break
        }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return 1
        }
    }
}
