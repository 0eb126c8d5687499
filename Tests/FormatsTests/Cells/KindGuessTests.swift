import Records
import Testing

@testable import Formats

@Suite struct KindGuessTests {
    private func guess(_ texts: [String], hasDecimalComma: Bool = false) -> String {
        var guess = KindGuess(hasDecimalComma: hasDecimalComma)
        for text in texts {
            var text = text
            text.withUTF8 { guess.add($0) }
        }
        let (kind, format) = guess.result
        return kind.rawValue + (format.map { " \($0)" } ?? "")
    }

    @Test(
        arguments: [
            ([], "text"), (["true", "FALSE"], "boolean"), (["true", "x"], "text"), (["1", "0"], "integer"),
            (["1", "-20", "0"], "integer"), (["007", "8"], "text"), (["+7"], "text"), (["-0"], "text"),
            (["12345678901234567890"], "text"), (["1.10", "2"], "decimal"), (["0.5", "-3.25"], "decimal"),
            (["-0.0"], "text"), ([".5"], "text"), (["5."], "text"), (["1e5", "2"], "real"), (["1.5", "2e-3"], "real"),
            (["1234567890123456e1"], "text"), (["2024-02-29"], "date"), (["2024-02-30"], "text"),
            (["2024-02-29T10:00:00Z"], "instant"), (["2024-02-29T10:00:00+02:00"], "text"),
            (["2024-02-29T10:00:00"], "text"), (["2024-02-29", "2024-02-29T10:00:00Z"], "text"),
            (["29.02.2024", "1.3.2024"], "date %d.%m.%Y"), (["2024/02/29"], "date %Y/%m/%d"),
            (["03/04/2024"], "text"), (["03/04/2024", "13/04/2024"], "date %d/%m/%Y"),
            (["03/04/2024", "04/13/2024"], "date %m/%d/%Y"), (["13/04/2024", "04/13/2024"], "text"), ([" 1"], "text"),
            ([String(repeating: "1", count: 37) + ".5"], "decimal"),
            ([String(repeating: "1", count: 38) + ".5"], "text"),
        ] as [([String], String)]
    )
    func `the most specific kind that loses nothing wins`(texts: [String], kind: String) {
        #expect(guess(texts) == kind)
    }

    @Test func `with a decimal comma a point is none`() {
        #expect(guess(["1,5"], hasDecimalComma: true) == "decimal")
        #expect(guess(["1.5"], hasDecimalComma: true) == "text")
        #expect(guess(["1,5"]) == "text")
    }
}
