import Testing

@testable import Diagnostics

@Suite struct SuggestionTests {
    struct Guess: CustomTestStringConvertible, Sendable {
        let word: String
        let candidates: [String]
        let meant: String?
        var testDescription: String { "'\(word)' among \(candidates)" }
        init(_ word: String, _ candidates: [String], _ meant: String?) {
            self.word = word
            self.candidates = candidates
            self.meant = meant
        }
    }

    @Test(arguments: [
        Guess("batch_sise", ["batch_size", "timeout"], "batch_size"),
        Guess("batchsize", ["batch_size", "timeout"], "batch_size"),
        Guess("BATCH-SIZE", ["batch_size"], "batch_size"),
        Guess("titel", ["title"], "title"),
        Guess("tilte", ["title"], "title"),
        Guess("a", ["b"], "b"),
        Guess("ab", ["cd"], nil),
        Guess("year", ["title", "rating"], nil),
        // Three letters of nine may be wrong, four may not.
        Guess("abcdefxyz", ["abcdefghi"], "abcdefghi"),
        Guess("abcdewxyz", ["abcdefghi"], nil),
        // The nearest, and of two as near the first.
        Guess("rated", ["rates", "rated_at", "rate"], "rates"),
        Guess("titles", ["titled", "title"], "titled"),
        Guess("", ["a"], "a"),
        Guess("", ["ab"], nil),
        Guess("x", [], nil),
        Guess("café", ["cafe"], "cafe"),
    ])
    func `the nearest word is meant, if it is near enough`(guess: Guess) {
        #expect(suggestion(for: guess.word, among: guess.candidates) == guess.meant)
    }

    @Test func `a hint is the nearest word or all of them`() {
        #expect(hint(for: "titel", among: ["title", "year"]) == "did you mean 'title'?")
        #expect(hint(for: "director", among: ["title", "year"]) == "known: title, year")
        #expect(hint(for: "director", among: []) == nil)
        let many = (1...21).map { "column_number_\($0)" }
        #expect(hint(for: "x", among: many)?.hasSuffix("column_number_20, …") == true)
    }

    @Test func `a very long word takes no long time`() {
        #expect(suggestion(for: String(repeating: "x", count: 1_000_000), among: ["title"]) == nil)
    }
}
