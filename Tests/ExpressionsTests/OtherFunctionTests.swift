import Diagnostics
import Records
import Testing

@testable import Expressions

@Suite struct OtherFunctionTests {
    typealias Case = FunctionTests.Case

    @Test(arguments: [
        Case(#"sha256("")"#, #""e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855""#),
        // RFC 1321, A.5.
        Case(#"md5("")"#, #""d41d8cd98f00b204e9800998ecf8427e""#),
        Case(
            #"md5("12345678901234567890123456789012345678901234567890123456789012345678901234567890")"#,
            #""57edf4a22be3c955ac49da2e2107b67a""#
        ),
        Case(#"base64("")"#, #""""#),
        Case(#"from_base64("QQ")"#, "expression.cast"),
        Case(#"from_base64("/w==")"#, "expression.cast"),
        Case(#"hash(1, "a") == hash(1.0, "a")"#, "true"),
        Case(#"hash("a", "bc") == hash("ab", "c")"#, "false"),
        Case(#"hash(null) == hash("")"#, "false"),
        Case(#"hash(0.5) == hash(decimal("0.50"))"#, "true"),
        // FNV-1a and MurmurHash3's last step, worked out apart from this program: they must never change.
        Case(#"hash("tt0078748")"#, "8488685724423000087"),
        Case(#"hash(42)"#, "2101860262626997969"),
    ])
    func `digests are those of their standards`(_ test: Case) throws {
        #expect(try FunctionTests.value(of: test.text) == test.value)
    }

    @Test(arguments: [
        Case(#"json_value("{\"a\": {\"b\": [1, \"x\\n\", true, null]}}", "a.b[1]")"#, #""x\n""#),
        Case(#"json_value("{\"a\": {\"b\": [1, 2]}}", "a.b")"#, #""[1, 2]""#),
        Case(#"json_value("{\"a\": 12345678901234567890}", "$.a")"#, #""12345678901234567890""#),
        Case(#"json_value("{\"a\": null}", "a")"#, "null"),
        Case(#"json_value("{\"a\": 1}", "b")"#, "null"),
        Case(#"json_value("[[1], [2]]", "[1][0]")"#, #""2""#),
        Case(#"json_value("{\"\\u0061\": 7}", "a")"#, #""7""#),
        Case(#"json_value("{\"a b\": 1}", "['a b']")"#, #""1""#),
        Case(#"json_value("{\"a\": 1, \"a\": 2}", "a")"#, #""2""#),
        Case(#"json_value("{\"a\": 1", "a")"#, "expression.cast"),
        Case(#"json_value("{\"a\": 1} x", "a")"#, "expression.cast"),
        Case(#"url_part("https://u:p@[::1]:80/x/y?q=1&r#f", "host")"#, #""[::1]""#),
        Case(#"url_part("https://u:p@[::1]:80/x/y?q=1&r#f", "port")"#, #""80""#),
        Case(#"url_part("https://u:p@[::1]:80/x/y?q=1&r#f", "user")"#, #""u:p""#),
        Case(#"url_part("https://u:p@[::1]:80/x/y?q=1&r#f", "path")"#, #""/x/y""#),
        Case(#"url_part("https://u:p@[::1]:80/x/y?q=1&r#f", "query")"#, #""q=1&r""#),
        Case(#"url_part("https://u:p@[::1]:80/x/y?q=1&r#f", "fragment")"#, #""f""#),
        Case(#"url_part("mailto:a@b.org", "scheme")"#, #""mailto""#),
        Case(#"url_part("mailto:a@b.org", "path")"#, #""a@b.org""#),
        Case(#"url_part("mailto:a@b.org", "host")"#, "null"),
        Case(#"url_part("", "host")"#, "null"),
    ])
    func `places within JSON and URLs are found`(_ test: Case) throws {
        #expect(try FunctionTests.value(of: test.text) == test.value)
    }

    @Test(arguments: [
        Case(#"extract("a1b22", "[a-z](\d+)$")"#, #""22""#),
        Case(#"extract("a1b22", "\d+")"#, #""1""#),
        Case(#"extract("a1b22", "(?<letter>[a-z])(?<digits>\d\d)", "letter")"#, #""b""#),
        Case(#"extract("a1b22", "([a-z])(\d\d)", 2)"#, #""22""#),
        Case(#"extract("a1b22", "([a-z])(\d\d)", 0)"#, #""b22""#),
        Case(#"extract("abc", "\d")"#, "null"),
        Case(#"extract("ab", "(a)|(x)", 2)"#, "null"),
        Case(#"extract("a\"b", "\"(.)")"#, #""b""#),
        Case(#"replace_matches("2024", "(?<first>\d\d)(\d\d)", "${2}-${first}$$")"#, #""24-20$""#),
        Case(#"replace_matches("äb", "", "-")"#, #""-ä-b-""#),
        Case(#"count_matches("aaa", "a*")"#, "1"),
        Case(#""Blade Runner" matches "(?i)^blade""#, "true"),
        Case(#"matches("Blade Runner", "^runner")"#, "false"),
        Case(#"matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "^(a+)+$")"#, "regex.limit"),
    ])
    func `patterns find, take out and replace`(_ test: Case) throws {
        #expect(try FunctionTests.value(of: test.text) == test.value)
    }

    struct Finding: Sendable, CustomTestStringConvertible {
        let text: String
        let code: Diagnostic.Code
        let part: String
        let message: String
        let hint: String?
        init(_ text: String, _ code: Diagnostic.Code, at part: String, _ message: String, hint: String? = nil) {
            self.text = text
            self.code = code
            self.part = part
            self.message = message
            self.hint = hint
        }
        var testDescription: String { text }
    }

    @Test(arguments: [
        Finding(
            #"extract(title, "(\d{4}")"#,
            "regex.group",
            at: #"("#,
            "the pattern ends within a group",
            hint: "this '(' has no ')'"
        ),
        Finding(
            #"title matches "^(?!The )""#,
            "regex.look-around",
            at: "(?!",
            "look-ahead is not offered: patterns run in linear time",
            hint: #"write: not title starts with "The ""#
        ),
        Finding(
            #"extract(title, "(a)", 2)"#,
            "regex.group",
            at: "2",
            "the pattern has 1 group",
            hint: "0 is the whole match"
        ),
        Finding(
            #"extract(title, "(a)", "year")"#,
            "regex.group",
            at: #""year""#,
            "the pattern has no group 'year'",
            hint: "write (?<year>…) in the pattern"
        ),
        Finding(
            #"replace_matches(title, "(a)", "$2")"#,
            "regex.group",
            at: #""$2""#,
            "the pattern has no group '2' for this replacement",
            hint: "write $1 or ${1} for the first group, $$ for the sign"
        ),
        Finding(
            "date(watched_at)",
            "expression.zone",
            at: "date",
            "the date of a moment depends on where one is",
            hint: #"date(watched_at, "Europe/Berlin"), or "UTC""#
        ),
        Finding(
            "day_of_year(watched_at)",
            "expression.zone",
            at: "day_of_year",
            "the day of year of a moment depends on where one is",
            hint: #"day_of_year(watched_at, "Europe/Berlin"), or "UTC""#
        ),
        Finding(
            #"hour(watched_at, "Europe/Berln")"#,
            "zone.unknown",
            at: #""Europe/Berln""#,
            "there is no time zone 'Europe/Berln'",
            hint: "did you mean 'Europe/Berlin'?"
        ),
        Finding(
            #"start_of("fortnight", released)"#,
            "expression.unit",
            at: #""fortnight""#,
            "there is no unit 'fortnight'",
            hint: "the units are year, quarter, month, week, day"
        ),
        Finding(
            #"start_of("hour", released)"#,
            "expression.unit",
            at: #""hour""#,
            "a date has no 'hour'",
            hint: "the units are year, quarter, month, week, day"
        ),
        Finding(
            #"between("month", watched_at, watched_at)"#,
            "expression.unit",
            at: #""month""#,
            "'month' has no fixed length between two instants",
            hint: #"take their dates: date(x, "Europe/Berlin")"#
        ),
        Finding(
            #"parse_time(title, "%Y-%m-%d")"#,
            "expression.zone",
            at: #""%Y-%m-%d""#,
            "a time without its offset from UTC needs a time zone",
            hint: #"parse_time(title, "%Y-%m-%d", "Europe/Berlin"), or "UTC""#
        ),
        Finding(
            #"parse_time(title, "%Y-%m-%d %Q", "UTC")"#,
            "expression.format",
            at: "%Q",
            "'%Q' is not supported",
            hint: "supported: %Y %m %d %H %M %S %f %z %b %B %y %j"
        ),
        Finding(#"json_value(title, "a..b")"#, "expression.range", at: #""a..b""#, "'a..b' is not a path within JSON"),
        Finding(
            #"url_part(title, "domain")"#,
            "expression.range",
            at: #""domain""#,
            "a URL has no part 'domain'",
            hint: "the parts are scheme, user, host, port, path, query, fragment"
        ),
        Finding(
            "left(title)",
            "expression.arguments",
            at: "left(title)",
            "left takes a text and how many characters; this gives it one argument",
            hint: "left(title, 10) is the first ten characters"
        ),
        Finding(
            #"format_number(1.5, 2, "", "")"#,
            "expression.range",
            at: #""""#,
            "without a decimal sign, the fraction could not be distinguished from the whole number",
            hint: #"such as format_number(x, 2, ",", ".")"#
        ),
        Finding(
            #"format_number(1.5, 2, ",", ",")"#,
            "expression.range",
            at: #"",""#,
            "the sign between groups is the decimal sign"
        ),
        Finding(
            #"format_number(1.5, 2, ",", "0")"#,
            "expression.range",
            at: #""0""#,
            "a digit or a minus cannot be a sign within a number"
        ),
        Finding(
            "toupper(title)",
            "expression.unknown-function",
            at: "toupper",
            "there is no function 'toupper'",
            hint: "it is called 'upper' here"
        ),
    ])
    func `a wrong call is reported at its place`(_ test: Finding) throws {
        let findings = #expect(throws: DiagnosticList.self) {
            try Expression(ExpressionText(test.text), for: Films.schema, wants: .value, as: "value")
        }
        let all = findings.map { Array($0) } ?? []
        let finding = try #require(all.first)
        #expect(all.count == 1)
        #expect(finding.code == test.code)
        #expect(finding.message == test.message)
        if let hint = test.hint { #expect(finding.hint == hint) }
        guard case .text(let range)? = finding.place else {
            Issue.record("it has no place")
            return
        }
        #expect(String(decoding: range.text.bytes[range.offsets], as: UTF8.self) == test.part)
    }

    @Test func `a text that a pattern cannot decide rejects its record`() throws {
        let expression = try Expression(
            ExpressionText(#"title matches "^(a|aa)+$""#),
            for: ["title": .text],
            wants: .condition,
            as: "where"
        )
        var batch = Batch(
            ["title": .text],
            records: [[.text(String(repeating: "a", count: 40) + "b")], ["aaa"], ["b"]]
        )
        expression.keep(in: &batch, orFilterAs: "where")
        #expect(batch.records == [["aaa"]])
        let rejections = batch.takeRejections()
        #expect(rejections.map(\.code) == ["regex.limit"])
        #expect(rejections.first?.reason.contains("too many ways") == true)
    }
}
