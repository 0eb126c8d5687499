internal import Diagnostics

extension PatternParser {
    /// Letters, marks, digits, and what connects them (Unicode Technical Standard 18, annex C), as members of a class.
    static let wordMembers = #"0-9A-Za-z_\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\x{200C}\x{200D}"#

    private var word: String { flags.contains(.ascii) ? "0-9A-Za-z_" : Self.wordMembers }

    /// A backslash with what follows it, outside of a class.
    mutating func escape() throws(PatternFault) -> Part {
        let start = index
        if let character = try character() { return .one(Self.literal(character)) }
        if let members = try classEscape() { return .one(members.text) }
        guard let letter = peek(1) else {
            throw fault("regex.escape", message: "the pattern ends with a backslash", at: start..<start + 1)
        }
        index += 2
        switch letter {
        case "A": return .several(#"\A"#)
        case "z": return .several(#"\z"#)
        case "B":
            return .several(
                flags.contains(.ascii) ? "(?:(?<=[\(word)])(?=[\(word)])|(?<![\(word)])(?![\(word)]))" : #"\B"#
            )
        case "b": return .several(try boundary())
        case "<": return .several("(?<![\(word)])(?=[\(word)])")
        case ">": return .several("(?<=[\(word)])(?![\(word)])")
        default: throw refusedEscape(letter, at: start..<index)
        }
    }

    /// `\b`, or `\b{start}` and its kin.
    private mutating func boundary() throws(PatternFault) -> String {
        let kinds = [
            ("{start}", "(?<![\(word)])(?=[\(word)])"), ("{end}", "(?<=[\(word)])(?![\(word)])"),
            ("{start-half}", "(?<![\(word)])"), ("{end-half}", "(?![\(word)])"),
        ]
        for (name, translation) in kinds where starts(with: name) {
            index += name.utf8.count
            return translation
        }
        guard flags.contains(.ascii) else { return #"\b"# }
        return "(?:(?<=[\(word)])(?![\(word)])|(?<![\(word)])(?=[\(word)]))"
    }

    /// An escape that stands for one code point; nil if it does not.
    mutating func character() throws(PatternFault) -> Unicode.Scalar? {
        guard next == "\\", let letter = peek(1) else { return nil }
        let scalar: Unicode.Scalar
        switch letter {
        case "n": scalar = "\n"
        case "t": scalar = "\t"
        case "r": scalar = "\r"
        case "a": scalar = "\u{7}"
        case "f": scalar = "\u{C}"
        case "v": scalar = "\u{B}"
        case "x", "u", "U": return try hexadecimal(letter)
        case "<", ">": return nil
        case "!"..."/", ":"..."@", "["..."`", "{"..."~", " ": scalar = letter
        default: return nil
        }
        index += 2
        return scalar
    }

    /// `\x7F`, `\u00E9`, `\U0001F600`, or any of them with braces.
    private mutating func hexadecimal(_ letter: Unicode.Scalar) throws(PatternFault) -> Unicode.Scalar {
        let start = index
        index += 2
        let digits: String
        if take("{") {
            let first = index
            while let next, next.properties.isASCIIHexDigit { index += 1 }
            digits = text(first..<index)
            guard take("}") else { throw badNumber(at: start..<index) }
        } else {
            let count = letter == "x" ? 2 : letter == "u" ? 4 : 8
            let first = index
            while let next, index < first + count, next.properties.isASCIIHexDigit { index += 1 }
            digits = text(first..<index)
            guard digits.utf8.count == count else { throw badNumber(at: start..<index) }
        }
        guard let scalar = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init) else {
            throw badNumber(at: start..<index)
        }
        return scalar
    }

    private func badNumber(at range: Range<Int>) -> PatternFault {
        fault(
            "regex.escape",
            message: "'\(text(range))' is not the number of a character",
            at: range,
            hint: #"write \x41, \u00E9 or \x{1F600}"#
        )
    }

    /// An escape that stands for a class of code points; nil if it does not.
    mutating func classEscape() throws(PatternFault) -> ClassText? {
        guard next == "\\", let letter = peek(1) else { return nil }
        let isASCII = flags.contains(.ascii)
        let members: ClassText
        switch letter {
        case "d": members = ClassText(items: isASCII ? "0-9" : #"0-9\p{Nd}"#)
        case "D": members = ClassText(items: isASCII ? "0-9" : #"0-9\p{Nd}"#).negated
        case "s": members = ClassText(items: isASCII ? #"\t-\r\x20"# : #"\s"#)
        case "S": members = ClassText(items: isASCII ? #"\t-\r\x20"# : #"\s"#).negated
        case "w": members = ClassText(items: word)
        case "W": members = ClassText(items: word).negated
        case "p", "P": return try property()
        default: return nil
        }
        index += 2
        return members
    }

    private func refusedEscape(_ letter: Unicode.Scalar, at range: Range<Int>) -> PatternFault {
        if "1"..."9" ~= letter || letter == "k" || letter == "g" {
            return fault(
                "regex.back-reference",
                message: "back-references are not offered: patterns run in linear time",
                at: range
            )
        }
        let hint: String? =
            switch letter {
            case "Z": #"write \z"#
            case "G", "K": "take the part with a group: extract(text, pattern, 1)"
            case "h": #"write [\t\p{Zs}]"#
            case "H": #"write [^\t\p{Zs}]"#
            case "R": #"write \r?\n"#
            case "N": #"write [^\n]"#
            case "X": #"write \P{M}\p{M}*"#
            case "C", "0": #"write \x00 for a byte, . for a character"#
            case "Q", "E": #"write a backslash before each sign"#
            case "e": #"write \x1B"#
            default: nil
            }
        return fault("regex.escape", message: "'\\\(letter)' has no meaning in a pattern", at: range, hint: hint)
    }
}
