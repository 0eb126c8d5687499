internal import Records

/// A sign of an expression, and the bytes of the text that it takes.
struct Token: Sendable {
    enum Kind: Sendable, Equatable {
        /// A word that is none of the keywords: a column, a function, or `starts`, `ends`, `with`.
        case name(String)
        /// A column in backticks.
        case quotedName(String)
        case keyword(Keyword)
        /// A whole number without its sign.
        case integer(UInt64)
        /// A number with a point or an exponent, and as a decimal if it is exact as one.
        case real(Double, ExactDecimal?)
        /// A text; the bytes between its quotes.
        case text(Range<Int>)
        /// Microseconds.
        case duration(Int64)
        /// Days since 1970-01-01.
        case date(Int32)
        /// Microseconds since 1970-01-01T00:00:00Z.
        case instant(Int64)
        case sign(Sign)
        case end
    }

    enum Keyword: String, Sendable, CaseIterable {
        case and, or, not, `in`, `is`, null, `true`, `false`, `if`, then, `else`, contains, matches
    }

    enum Sign: String, Sendable {
        case plus = "+"
        case minus = "-"
        case times = "*"
        case over = "/"
        case modulo = "%"
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case fallback = "??"
        case range = ".."
        case open = "("
        case close = ")"
        case openList = "["
        case closeList = "]"
        case comma = ","
    }

    let kind: Kind
    let range: Range<Int>
}

/// A constant text: its bytes, and where each of them is written.
package struct TextLiteral: Sendable, Equatable {
    /// The bytes, which are valid UTF-8.
    package var bytes: [UInt8] = []
    /// The offset in the expression of each byte, and of the closing quote.
    var offsets: [Int] = []

    /// The text as a string.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Where a part of the text is written.
    func range(of part: Range<Int>) -> Range<Int> {
        guard let end = offsets.last else { return 0..<0 }
        let lower = part.lowerBound < offsets.count ? offsets[max(0, part.lowerBound)] : end
        let upper = part.upperBound < offsets.count ? offsets[max(0, part.upperBound)] : end
        return lower..<max(lower, upper)
    }
}
