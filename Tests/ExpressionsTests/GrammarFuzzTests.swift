import Expressions
import PluginTestKit
import Testing

/// Texts that are nearly expressions: each is refused with findings within it, or evaluated; none crashes.
@Suite struct GrammarFuzzTests {
    static let pieces = [
        "and", "or", "not", "in", "is", "null", "true", "false", "if", "then", "else", "contains", "matches", "starts",
        "ends", "with", "+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "=", "!", "&&", "||", "<>", "??",
        "?",
        "..", ".", "(", ")", "[", "]", ",", "1", "0", "2.5", "1e308", "1_000", "9223372036854775808", "7d", "90min",
        "5parsecs", "\"a\"", "'b'", "\"\\n\"", "\"\\q\"", "\"\\u{110000}\"", "\"", "'", "`", "`title`", "`no such`",
        "title", "year", "rating", "seen", "watched_at", "released", "price", "poster", "nothing", "@2024-01-31",
        "@2024-02-30", "@2024-01-01T00:00:00Z", "@", "@9999-99-99", "upper(", "abs(", "try(", "coalesce(", "min_of(",
        "null_if(", "no_such(", "upper", "\\", "\u{0}", "é", "日", "#", ";", "{", "}", "~", "^",
    ]

    @Test func `a random text is refused at a place within it or evaluated`() {
        var numbers = SeededNumbers(seed: 4)
        var evaluated = 0
        for index in 0..<1000 {
            let count = numbers.next(in: 1...12)
            let words = (0..<count).map { _ in Self.pieces[numbers.next(below: Self.pieces.count)] }
            if Self.isEvaluated(words.joined(separator: index % 3 == 0 ? "" : " ")) { evaluated += 1 }
        }
        #expect(evaluated > 10)
    }

    /// Bytes of valid expressions are removed, doubled or exchanged.
    @Test func `a damaged expression is refused at a place within it or evaluated`() {
        var numbers = SeededNumbers(seed: 5)
        let whole = [
            "if seen and year in 1990..1999 then upper(title) else coalesce(title, \"none\")",
            "price * 2 + 1.25 >= 3 or not (title contains \"é\" and watched_at > @2024-01-01T00:00:00Z)",
            "try(10 % year) ?? min_of(1, 2, year) == 3 and released + 7d > @2000-01-01",
        ]
        for _ in 0..<1000 {
            var bytes = Array(whole[numbers.next(below: whole.count)].utf8)
            for _ in 0..<numbers.next(in: 1...4) where !bytes.isEmpty {
                let place = numbers.next(below: bytes.count)
                switch numbers.next(below: 3) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(bytes[numbers.next(below: bytes.count)], at: place)
                default: bytes[place] = UInt8(numbers.next(in: 0...255))
                }
            }
            _ = Self.isEvaluated(String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test func `what is nested too deeply is refused`() {
        for text in [
            String(repeating: "(", count: 400), String(repeating: "not ", count: 400) + "seen",
            String(repeating: "- ", count: 400) + "1", String(repeating: "abs(", count: 400),
            Array(repeating: "1", count: 400).joined(separator: "+"),
            String(repeating: "if seen then 1 else ", count: 300) + "1",
            String(repeating: "if ", count: 300), String(repeating: "try([", count: 300),
        ] {
            #expect(throws: DiagnosticList.self) {
                try Expression(ExpressionText(text), for: Films.schema, wants: .value, as: "value")
            }
        }
        #expect(Self.isEvaluated(Array(repeating: "year == 1", count: 300).joined(separator: " or ")))
    }

    private static func isEvaluated(_ text: String) -> Bool {
        let length = text.utf8.count
        do throws(DiagnosticList) {
            let expression = try Expression(ExpressionText(text), for: Films.schema, wants: .value, as: "value")
            #expect(expression.values(of: Films.batch).values.count == Films.batch.count)
            return true
        } catch {
            for finding in error {
                guard case .text(let range)? = finding.place else {
                    Issue.record("\(text): a finding without a place: \(finding.message)")
                    return false
                }
                #expect(range.offsets.upperBound <= length && !finding.message.isEmpty, "\(text)")
            }
            return false
        }
    }
}
