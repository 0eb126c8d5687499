/// Recognises texts that spreadsheets interpret as formulas when they open a CSV file, whether quoted or not.
///
/// The first characters are those of OWASP's page "CSV Injection" (read 2026-08-20): `=`, `+`, `-`, `@`, TAB, CR and
/// LF, and the full-width forms of the first four.
public enum CSVFormula {
    /// The character to put before such a text, so that it is shown as text.
    public static let mark = UInt8(ascii: "'")

    /// Whether a text begins like a formula; a signed number, such as `-5` or `+1.5e3`, does not.
    ///
    /// - Parameter text: The text, as UTF-8.
    /// - Returns: Whether a spreadsheet may interpret it as a formula.
    public static func begins(_ text: Span<UInt8>) -> Bool {
        guard !text.isEmpty else { return false }
        switch text[0] {
        case UInt8(ascii: "="), UInt8(ascii: "@"), 0x09, 0x0A, 0x0D: return true
        case UInt8(ascii: "+"), UInt8(ascii: "-"): return !isNumber(text)
        case 0xEF:
            // U+FF0B, U+FF0D, U+FF1D and U+FF20.
            guard text.count >= 3, text[1] == 0xBC else { return false }
            return text[2] == 0x8B || text[2] == 0x8D || text[2] == 0x9D || text[2] == 0xA0
        default: return false
        }
    }

    /// A sign, digits, at most one point or comma with digits, at most one exponent.
    private static func isNumber(_ text: Span<UInt8>) -> Bool {
        var index = 1
        let whole = digits(text, from: &index)
        var fraction = 0
        if index < text.count, text[index] == UInt8(ascii: ".") || text[index] == UInt8(ascii: ",") {
            index += 1
            fraction = digits(text, from: &index)
        }
        guard whole + fraction > 0 else { return false }
        if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < text.count, text[index] == UInt8(ascii: "+") || text[index] == UInt8(ascii: "-") { index += 1 }
            guard digits(text, from: &index) > 0 else { return false }
        }
        return index == text.count
    }

    private static func digits(_ text: Span<UInt8>, from index: inout Int) -> Int {
        let start = index
        while index < text.count, 0x30...0x39 ~= text[index] { index += 1 }
        return index - start
    }
}
