/// Makes text from outside safe to show: nothing in it can control a terminal, be invisible, or forge a line.
///
/// Values of records, names of files, responses of servers, pipeline files and command lines all pass through here
/// before they are printed. A control character is shown as its picture (`␛`, `␊`), any other invisible character as
/// its number (`\u202E`), and bytes that are not UTF-8 as `�`.
///
/// `Diagnostic.rendered` does this itself. Join lines that are composed elsewhere with `lines(_:)`.
public enum VisibleText {
    /// How many Unicode scalars of a line are shown; the rest is counted.
    public static let longestLine = 4_000

    /// A text as one line: line ends and tabs in it are shown as pictures.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - limit: The maximum number of Unicode scalars to show. Default: 4,000.
    /// - Returns: The line; if it is longer, it ends with `…` and the number of omitted characters.
    public static func line(_ text: String, atMost limit: Int = longestLine) -> String {
        if isPlain(text, atMost: limit) { return text }
        let scalars = text.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: max(0, limit), limitedBy: scalars.endIndex),
            end < scalars.endIndex
        else { return text.replacingInvisible { $0.picture } }
        let rest = scalars[end...].count
        let shown = String(scalars[..<end]).replacingInvisible { $0.picture }
        return "\(shown)… and \(rest) more \(rest == 1 ? "character" : "characters")"
    }

    /// Several lines, each shown as one line.
    ///
    /// - Parameter lines: The lines, in order.
    /// - Returns: The text, without a newline at the end.
    public static func lines(_ lines: some Sequence<String>) -> String {
        lines.map { line($0) }.joined(separator: "\n")
    }

    /// A text of several lines: newlines stay, everything else is shown as in `line(_:atMost:)`, uncut.
    ///
    /// - Parameter text: The text.
    /// - Returns: The text, safe to write to a terminal.
    public static func text(_ text: String) -> String {
        isPlain(text, newlines: true) ? text : text.replacingInvisible { $0 == "\n" ? nil : $0.picture }
    }

    /// A JSON text without invisible characters in its strings: they are replaced by equivalent JSON escapes.
    ///
    /// - Parameter json: A JSON text (RFC 8259).
    /// - Returns: The same value as a text that is safe to write to a terminal.
    public static func json(_ json: String) -> String {
        isPlain(json, newlines: true)
            ? json
            : json.replacingInvisible { scalar in
                switch scalar {
                case "\n", "\r", "\t": nil
                default: scalar.utf16.map { #"\u"# + hexadecimal($0) }.joined()
                }
            }
    }

    /// A JSON text as bytes, converted as by `json(_:)`.
    ///
    /// - Parameter bytes: A JSON text in UTF-8.
    /// - Returns: The same value, in UTF-8.
    public static func json(_ bytes: [UInt8]) -> [UInt8] {
        if bytes.allSatisfy({ $0 < 0x7F }) { return bytes }
        return Array(json(String(decoding: bytes, as: UTF8.self)).utf8)
    }

    /// Whether a text is short and has only printable ASCII, as almost all texts do.
    private static func isPlain(_ text: String, atMost limit: Int = .max, newlines: Bool = false) -> Bool {
        text.utf8.count <= limit && text.utf8.allSatisfy { 0x20..<0x7F ~= $0 || newlines && $0 == 0x0A }
    }

    fileprivate static func hexadecimal(_ number: some BinaryInteger, digits: Int = 4) -> String {
        let text = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}

extension String {
    /// The text with each invisible scalar replaced by what `picture` returns; nil keeps the scalar.
    ///
    /// Joiners between letters of non-Latin scripts and between emoji are part of the spelling and stay.
    func replacingInvisible(_ picture: (Unicode.Scalar) -> String?) -> String {
        let scalars = unicodeScalars
        var shown = ""
        var before: Unicode.Scalar?
        for index in scalars.indices {
            let scalar = scalars[index]
            defer { before = scalar }
            guard scalar.isInvisible else {
                shown.unicodeScalars.append(scalar)
                continue
            }
            let next = scalars.index(after: index)
            if scalar.isJoiner, next < scalars.endIndex, let before, before.isJoinable, scalars[next].isJoinable {
                shown.unicodeScalars.append(scalar)
            } else if let picture = picture(scalar) {
                shown += picture
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }
}

extension Unicode.Scalar {
    /// Whether the scalar is invisible or changes how others are shown: control characters, direction marks, line
    /// separators, and scalars without width (Unicode's "default ignorable" without the emoji selectors).
    var isInvisible: Bool {
        switch value {
        case 0x20..<0x7F: false
        case 0..<0xA0, 0x2028, 0x2029, 0xFFF9...0xFFFB: true
        case 0xFE00...0xFE0F: false
        default: properties.isDefaultIgnorableCodePoint || properties.isNoncharacterCodePoint
        }
    }

    /// What is shown for an invisible scalar: a picture for an ASCII control character, otherwise its number.
    var picture: String {
        switch value {
        case 0..<0x20: Unicode.Scalar(0x2400 + value).map { String($0) } ?? "\u{FFFD}"
        case 0x7F: "\u{2421}"
        case 0..<0x1_0000: #"\u"# + VisibleText.hexadecimal(value)
        default: #"\U"# + VisibleText.hexadecimal(value, digits: 8)
        }
    }

    /// ZERO WIDTH NON-JOINER and ZERO WIDTH JOINER.
    fileprivate var isJoiner: Bool { value == 0x200C || value == 0x200D }

    /// Whether it belongs to a script that uses joiners, or is a picture.
    fileprivate var isJoinable: Bool { value >= 0x300 && !isInvisible }
}
