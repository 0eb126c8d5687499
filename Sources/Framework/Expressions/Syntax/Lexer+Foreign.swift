internal import Diagnostics

/// What other languages and word processors write, so that the finding says what to write here.
extension Lexer {
    /// The finding for an operator of another language; nil if there is none at this place.
    func foreignOperator() -> Diagnostic? {
        for (sign, instead) in Self.foreignOperators where bytes[index...].starts(with: sign.utf8) {
            return finding(
                "expression.operator",
                message: "there is no operator '\(sign)' here",
                at: index..<index + sign.utf8.count,
                hint: instead
            )
        }
        return nil
    }

    private static let foreignOperators: [(sign: String, instead: String)] = [
        ("&&", "write and"), ("||", "write or (to join texts: +, or join_text)"), ("<>", "write !="),
        ("=~", "write matches"), ("**", "write power(2, 10)"), ("//", "write div(7, 2)"), ("...", "write .."),
        ("===", "write =="), ("!==", "write !="),
    ]

    /// The finding for a sign that a program for texts has put in place of the one on the keyboard, or that cannot be
    /// seen; nil if there is none at a place.
    func pastedSign(at start: Int) -> Diagnostic? {
        guard bytes[start] >= 0x80 else { return nil }
        for (sign, what, instead) in Self.pastedSigns where bytes[start...].starts(with: sign.utf8) {
            return finding(
                "expression.sign",
                message: "\(what) means nothing here",
                at: start..<start + sign.utf8.count,
                hint: instead
            )
        }
        return nil
    }

    private static let pastedSigns: [(sign: String, what: String, instead: String)] =
        ["\u{201C}", "\u{201D}", "\u{201E}", "\u{2018}", "\u{2019}", "\u{AB}", "\u{BB}"].map {
            ($0, "the quotation mark '\($0)'", "write \" or ' around a text")
        }
        + [("\u{2265}", ">="), ("\u{2264}", "<="), ("\u{2260}", "!="), ("\u{D7}", "*"), ("\u{F7}", "/")].map {
            ($0, "'\($0)'", "write \($1)")
        }
        + [("\u{2212}", "minus sign"), ("\u{2013}", "dash"), ("\u{2014}", "dash")].map {
            ($0, "the \($1) '\($0)'", "write -")
        } + [
            ("\u{2026}", "'\u{2026}'", "write .."),
            ("\u{A0}", "a space that does not break (U+00A0)", "write a usual space"),
            ("\u{202F}", "a narrow space (U+202F)", "write a usual space"),
            ("\u{3000}", "a wide space (U+3000)", "write a usual space"),
            ("\u{200B}", "a space without a width (U+200B)", "remove it, although it cannot be seen"),
            ("\u{FEFF}", "a byte order mark (U+FEFF)", "remove it, although it cannot be seen"),
        ]
}
