import Diagnostics
@testable import Expressions
import Testing

@Suite struct PatternTests {
    /// A pattern, a text, and the matches in it.
    struct Matches: CustomTestStringConvertible {
        let pattern: String
        let text: String
        let matches: [String]

        init(_ pattern: String, in text: String, matches: [String]) {
            self.pattern = pattern
            self.text = text
            self.matches = matches
        }

        var testDescription: String { "\(pattern) in \(text.debugDescription)" }
    }

    @Test(arguments: [
        Matches("Moon", in: "Moon over Moonlight", matches: ["Moon", "Moon"]),
        Matches(#"^\d{4}-\d{2}$"#, in: "2024-01", matches: ["2024-01"]),
        Matches(#"^\d{4}-\d{2}$"#, in: "2024-01\n", matches: []),
        Matches(#"\w+"#, in: "Amélie, 2001", matches: ["Amélie", "2001"]),
        Matches(#"(?-u)\w+"#, in: "Amélie", matches: ["Am", "lie"]),
        Matches(#"(?u)\w+(?-u:\w)"#, in: "Amélie", matches: ["Amélie"]),
        Matches("(?i)straße", in: "STRAßE straße", matches: ["STRAßE", "straße"]),
        Matches("(?i)k", in: "K k \u{212A}", matches: ["K", "k", "\u{212A}"]),
        Matches(#"\p{Greek}+"#, in: "abc αβγ", matches: ["αβγ"]),
        Matches(#"\P{L}+"#, in: "ab12cd", matches: ["12"]),
        Matches(#"\p{Uppercase_Letter}"#, in: "aBc", matches: ["B"]),
        Matches("[a-z&&[^aeiou]]+", in: "season", matches: ["s", "s", "n"]),
        Matches("[a-z--[aeiou]]+", in: "season", matches: ["s", "s", "n"]),
        Matches("[a-c~~b-d]+", in: "abcd", matches: ["a", "d"]),
        Matches(#"[^\W_]+"#, in: "a_b", matches: ["a", "b"]),
        Matches("[]a]+", in: "a]b", matches: ["a]"]),
        Matches("[[:upper:]]+", in: "abCD", matches: ["CD"]),
        Matches("(?m)^.+$", in: "one\ntwo", matches: ["one", "two"]),
        Matches("(?s).+", in: "a\nb", matches: ["a\nb"]),
        Matches("(?x) a b  # letters\n c", in: "abc", matches: ["abc"]),
        Matches("(?U)a+", in: "aaa", matches: ["a", "a", "a"]),
        Matches("a+?", in: "aa", matches: ["a", "a"]),
        Matches("a|ab", in: "ab", matches: ["a"]),
        Matches("a**", in: "aab", matches: ["aa", ""]),
        Matches(#"\b{start}\w"#, in: "the end", matches: ["t", "e"]),
        Matches(#"\<\w|\w\>"#, in: "the end", matches: ["t", "e", "e", "d"]),
        Matches(#"\x41\u0042\x{43}\."#, in: "ABC.", matches: ["ABC."]),
        Matches(#"\"\-\/"#, in: "\"-/", matches: ["\"-/"]),
        Matches("", in: "äb", matches: ["", "", ""]),
        Matches("b*", in: "abba", matches: ["", "bb", ""]),
    ])
    func `the matches are those that the documentation promises`(_ test: Matches) throws {
        let pattern = try Pattern(test.pattern)
        let text = Array(test.text.utf8)
        var found: [String] = []
        let limit = pattern.withMatcher { matcher in
            text.withUnsafeBufferPointer { text in
                matcher.forEachMatch(in: text) { _, match in
                    found.append(String(decoding: text[match], as: UTF8.self))
                }
            }
        }
        #expect(limit == nil)
        #expect(found == test.matches)
    }

    /// A pattern, the code of what is wrong with it, and the wrong part.
    struct Mistake: CustomTestStringConvertible {
        let pattern: String
        let code: Diagnostic.Code
        let part: String

        init(_ pattern: String, code: Diagnostic.Code, at part: String) {
            self.pattern = pattern
            self.code = code
            self.part = part
        }

        var testDescription: String { pattern }
    }

    @Test(arguments: [
        Mistake(#"(\d{4}"#, code: "regex.group", at: #"0 ("#),
        Mistake("é(a", code: "regex.group", at: "2 ("),
        Mistake("a)b", code: "regex.group", at: "1 )"),
        Mistake("(?<1a>b)", code: "regex.group", at: "3 1a"),
        Mistake("(?<a>b)(?<a>c)", code: "regex.group", at: "10 a"),
        Mistake("(?>a)", code: "regex.group", at: "0 (?>"),
        Mistake("a(?R)", code: "regex.recursion", at: "1 (?R"),
        Mistake("(?mR)a", code: "regex.flag", at: "3 R"),
        Mistake("(?i)*", code: "regex.repetition", at: "4 *"),
        Mistake("^(?!The )", code: "regex.look-around", at: "1 (?!"),
        Mistake("a(?=b)", code: "regex.look-around", at: "1 (?="),
        Mistake("(?<=a)b", code: "regex.look-around", at: "0 (?<="),
        Mistake("(?<!a)b", code: "regex.look-around", at: "0 (?<!"),
        Mistake(#"(a)\1"#, code: "regex.back-reference", at: #"3 \1"#),
        Mistake(#"(?P<a>b)\k<a>"#, code: "regex.back-reference", at: #"8 \k"#),
        Mistake("(?P<a>b)(?P=a)", code: "regex.back-reference", at: "8 (?P="),
        Mistake("a(?1)", code: "regex.recursion", at: "1 (?1"),
        Mistake("a(?&b)", code: "regex.recursion", at: "1 (?&"),
        Mistake("*a", code: "regex.repetition", at: "0 *"),
        Mistake("a++", code: "regex.repetition", at: "1 ++"),
        Mistake("a{,3}", code: "regex.repetition", at: "1 {"),
        Mistake("a{3", code: "regex.repetition", at: "1 {"),
        Mistake("a{3,2}", code: "regex.repetition", at: "1 {3,2}"),
        Mistake("a{70000}", code: "regex.repetition", at: "2 70000"),
        Mistake("((?:ab){1000}){1000}", code: "regex.size", at: ""),
        Mistake("[a-", code: "regex.class", at: "0 ["),
        Mistake("[z-a]", code: "regex.class", at: "1 z-a"),
        Mistake("[[:letter:]]", code: "regex.class", at: "1 [:letter:]"),
        Mistake(#"a\q"#, code: "regex.escape", at: #"1 \q"#),
        Mistake(#"a\Z"#, code: "regex.escape", at: #"1 \Z"#),
        Mistake("a\\", code: "regex.escape", at: "1 \\"),
        Mistake(#"\x{110000}"#, code: "regex.escape", at: #"0 \x{110000}"#),
        Mistake(#"a\p{Klingon}"#, code: "regex.property", at: #"1 \p{Klingon}"#),
        Mistake("(?iq)a", code: "regex.flag", at: "3 q"),
        Mistake(String(repeating: "(", count: 101), code: "regex.group", at: "100 ("),
    ])
    func `what is wrong with a pattern is reported at its place`(_ mistake: Mistake) {
        #expect {
            try Pattern(mistake.pattern)
        } throws: { error in
            guard let fault = error as? PatternFault else { return false }
            let part = fault.range.map { range in
                "\(range.lowerBound) " + String(decoding: Array(mistake.pattern.utf8)[range], as: UTF8.self)
            }
            return fault.code == mistake.code && (part ?? "") == mistake.part
        }
    }

    @Test func `a look-ahead for a start is answered with the condition to write`() throws {
        let fault = #expect(throws: PatternFault.self) { try Pattern("^(?!The )") }
        #expect(fault?.excludedStart == "The ")
        #expect(fault?.hint == #"write: not … starts with "The ""#)
    }

    @Test(arguments: ["^(a+)+$", "(a*)*b", "(a|aa)+$", "(?:a?){40}a{40}b"])
    func `a pattern that would try everything ends within ten milliseconds`(_ text: String) throws {
        let pattern = try Pattern(text)
        let subject = Array((String(repeating: "a", count: 40) + "c").utf8)
        var best = Duration.seconds(1)
        for _ in 0..<3 {
            let time = try ContinuousClock().measure {
                let hasMatch = try? pattern.withMatcher { matcher throws(PatternLimit) in
                    try matcher.find(in: subject.span)
                }
                try #require(hasMatch != true)
            }
            best = min(best, time)
        }
        #expect(best < .milliseconds(10))
    }

    /// A pattern and a text of one letter, on which it may look at each place from each other place.
    @Test(arguments: [
        ("a(?:.*z)?", 99_000), ("(?:a{0,300}){2}[xz]", 3000), ("(?:a{0,300}){2}[xz]", 250), ("a?.*y|a*z|b", 50_000),
        ("(?:aa?|a+?)(?:aa?|a+?)(?:aa?|a+?)(?:aa?|a+?)[xz]", 60_000),
    ])
    func `all searches of a text share its work`(_ text: String, length: Int) throws {
        let pattern = try Pattern(text)
        let subject = [UInt8](repeating: UInt8(ascii: "a"), count: length)
        let time = ContinuousClock().measure {
            pattern.withMatcher { matcher in
                subject.withUnsafeBufferPointer { text in _ = matcher.forEachMatch(in: text) { _, _ in } }
            }
        }
        // Without the common limit they take seconds.
        #expect(time < .milliseconds(250))
    }

    @Test(arguments: [
        (#"\w+"#, 60_000), (#"(\w)(\w*)\s"#, 60_000), ("(?:a|b)+", 60_000), (" |ab", 120_000), ("[^ ]*? ", 60_000),
        ("", 180_001),
    ])
    func `a long text has as many matches as it has words`(_ text: String, count: Int) throws {
        let pattern = try Pattern(text)
        let subject = Array(String(repeating: "ab ", count: 60_000).utf8)
        var found = 0
        let limit = pattern.withMatcher { matcher in
            subject.withUnsafeBufferPointer { text in matcher.forEachMatch(in: text) { _, _ in found += 1 } }
        }
        #expect(limit == nil)
        #expect(found == count)
    }

    @Test func `a long text is searched in full`() throws {
        let text = Array((String(repeating: "ab ", count: 300_000) + "end").utf8)
        let pattern = try Pattern(#"\bend$"#)
        #expect(try pattern.withMatcher { matcher throws(PatternLimit) in try matcher.find(in: text.span) })
    }

    @Test func `groups are found by number and by name, and one without a part is nowhere`() throws {
        let pattern = try Pattern("(?<year>[0-9]{4})(-[0-9]+)?|(?P<word>x)")
        #expect(pattern.groupCount == 3)
        #expect(pattern.groupNames == ["year": 1, "word": 3])
        let text = Array("in 1999".utf8)
        let ranges = try pattern.withMatcher { matcher throws(PatternLimit) in
            try matcher.find(in: text.span) ? (0..<5).map { matcher.range(of: $0) } : []
        }
        #expect(ranges == [3..<7, 3..<7, nil, nil, nil])
    }

    @Test func `without the library the package is named`() {
        guard case .failure(let fault) = PatternLibrary.load("libpcre2-8.so.none") else {
            Issue.record("it was loaded")
            return
        }
        #expect(fault.code == "regex.unavailable")
        #expect(fault.category == .environment)
        #expect(
            fault.message == "regular expressions are not available: the library libpcre2-8.so.none is not installed"
        )
        #expect(fault.hint?.contains("libpcre2-8-0") == true)
    }
}
