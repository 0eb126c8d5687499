import TestTags
import Testing

@testable import Diagnostics

/// Secrets that stand in a text are shown to nobody, wherever a finding is.
@Suite(.tags(.waits)) struct SecretTests {
    struct Line: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let shown: String

        /// A line that is to be shown as `shown`; `text` has the secrets between `‹` and `›`.
        init(_ text: String, as shown: String? = nil) {
            testDescription = text
            self.shown =
                shown
                ?? text.split(separator: "‹", omittingEmptySubsequences: false).enumerated().map { index, part in
                    guard index > 0, let end = part.firstIndex(of: "›") else { return String(part) }
                    return "•••" + part[part.index(after: end)...]
                }.joined()
        }

        var text: String { testDescription.replacing("‹", with: "").replacing("›", with: "") }
    }

    static let lines = [
        // Right, in every form of a text.
        Line(#"client_secret = "‹hunter2›""#),
        Line("client_secret = '‹hunter2›'"),
        Line(#"client_secret = """‹hunter2›""""#),
        Line("client_secret = '''‹hunter2›'''"),
        Line(#"client_secret = "‹with \" a quote›" # remark"#),
        Line(#""client_secret" = "‹hunter2›", x = 1"#),
        Line("'client_secret' = '‹hunter2›'"),
        Line(#"source.client_secret = "‹hunter2›""#),
        Line(#"source = { use = "trakt", client_secret = "‹hunter2›", data = "history" }"#),
        Line(#"source = [{ client_secret = "‹hunter2›" }, { access_token = '‹abc›' }]"#),
        Line(#"tokens = [‹"a", "b"›]"#),
        Line(#"password = {‹ value = "x" ›}"#),
        Line("password = ‹12345›"),
        Line(#"headers = { Authorization = "‹Bearer abcdefgh›", Accept = "x" }"#),
        Line(#"headers = { X-Api-Key = "‹abcdefgh›" }"#),
        Line(#"API_TOKEN = "‹abc›" # and more"#),
        // Names that say so in other ways.
        Line(#"apiKey = "‹abc›""#), Line(#"access-key = "‹abc›""#), Line(#"PASSWD="‹abc›""#),
        Line(#"passphrase = "‹abc›""#), Line(#"cookie = "‹a=b; c=d›""#), Line(#"client_id = "‹abc›""#),
        // References are no secrets; what is put in their place if they are not set is one.
        Line(#"client_secret = "${env:TRAKT_CLIENT_SECRET}""#),
        Line(#"client_secret = "‹abc›${env:X}‹def›""#),
        Line(#"client_secret = "${env:X:-‹abc›}""#),
        Line(#"authorization = "‹Bearer ›${env:TOKEN}""#),
        // Addresses, parameters and schemes in any text.
        Line(#"url = "redis://‹me:hunter2›@host:6379/1""#),
        Line(#"url = "redis://:‹hunter2›@host""#, as: #"url = "redis://•••@host""#),
        Line(#"url = "http://‹me:hunt/er#2@›@host/x""#, as: #"url = "http://•••@host/x""#),
        Line("# see https://‹me:x1›@host and so on"),
        Line(#"url = "https://host/path@v2/x""#),
        Line(#"url = "https://host/a?page=1&api_key=‹abc›&x=2""#),
        Line(#"dsn = "host=h password=‹abc› user=u""#),
        Line(#"header = "Bearer ‹abcdefgh›""#),
        Line("# client_secret = \"‹hunter2›\""),
        // Wrong, in every way that people are.
        Line("client_secret = ‹hunter2›"),
        Line("client_secret = ‹my hunter 2, or }›"),
        Line("client_secret = ‹hun#ter2›"),
        Line("client_secret = ‹hunter2› # remark"),
        Line(#"client_secret = "‹hunter2 x›"#),
        Line("client_secret = '‹hunter2 x›"),
        Line(#"client_secret = "‹ab"cd"›"#),
        Line(#"client_secret "‹hunter2›""#),
        Line(#"client_secret: "‹hunter2›""#),
        Line("client_secret: ‹hunter2›"),
        Line(#"client_secret := "‹hunter2›""#),
        Line(#"client_secret == "‹hunter2›""#),
        Line(#"[[source]] client_secret = "‹hunter2›""#),
        Line(#"client_id = "‹abc" client_secret = "def"›"#),
        // JSON.
        Line(#"{"access_token":"‹abc›","expires_in":7,"refresh_token":"‹def›","scope":"public"}"#),
        // Nothing secret.
        Line(#"path = "x.csv""#), Line("title = 'the secret garden'"), Line("every = 10"), Line("[secrets]"),
        Line("= 1"),
        Line(": = :"), Line("\"\" = \"\""), Line("http://host"),
    ]

    @Test(arguments: lines)
    func `an excerpt has dots for secrets, and marks in the right place`(line: Line) throws {
        let text = SourceText("x = 1\n\(line.text)\ny = 2\n", name: "p.toml")
        let start = 6
        let whole = Diagnostic("a.b", message: "m", at: .text(text[start..<start])).rendered(.init(width: 200))
        #expect(whole == "p.toml:2:1: error[a.b]: m\n    2 | \(line.shown)\n      | ^")
        // Whatever is marked, no more of a secret is shown, and what is marked has a mark.
        for place in start..<start + line.text.utf8.count {
            let excerpt = Diagnostic("a.b", message: "m", at: .text(text[place..<place + 1])).rendered(
                .init(width: 200)
            )
            let shown = excerpt.split(separator: "\n", omittingEmptySubsequences: false)
            let rest = shown[1].dropFirst(8).split(separator: "•").joined()
            #expect(line.shown.split(separator: "•").joined() == rest, "\(place)")
            let byte = text.bytes[place]
            let mark = shown[2].count - 1
            let marked = Array(shown[1])
            let isSecret = text.secretRanges.contains { $0.contains(place) }
            let sign = mark < marked.count ? marked[mark] : " "
            #expect(sign == (isSecret ? "•" : Character(Unicode.Scalar(byte))), "\(place) of \(line.text)")
        }
    }

    @Test(arguments: [
        "client_secret hunter2", "export TOKEN=hunter2;", "token =\n\"hunter2\"", "token = # c\n\"hunter2\"",
        "token = 'a'\n# b\ntoken = 'x' 'hunter2'", "token = \"a\", \"hunter2\"", "token = [\"a\"] \"hunter2\"",
        "token == \"\" \"hunter2\"", "token -> \"hunter2\"", "TOKEN=\"hunter2\"y", "secret\"=\"hunter2\"",
        "\"https://user:pa hunter2@host\" x", "url=\"redis://u:p\"hunter2\"@h\"", "\"X-Api-Key: hunter2\"",
        "\"Authorization: Token hunter2\"", "[[\"X-Auth-Token\",\"hunter2\"]]", "[\"--password\",\"hunter2\"]",
        "db_pwd = hunter2 x", "jwt \"hunter2\"",
    ])
    func `of a text that cannot be parsed, nothing after the name of a secret is shown`(line: String) {
        let text = SourceText("x = 1\n\(line)\ny = \"${env:TOKEN}\" z\n", name: "p.toml")
        text.noteDamage()
        let shown = text.bytes.indices.map { place -> String in
            let isSecret = text.secretRanges.contains { $0.contains(place) }
            let words = isSecret ? "found 'hunter2'" : "found something"
            return Diagnostic("a.b", message: words, at: .text(text[place..<place + 1])).rendered(.init(width: 200))
        }.joined()
        #expect(!shown.contains("hunter2"), "\(shown)")
        #expect(shown.contains("x = 1") && shown.contains("${env:TOKEN}"))
    }

    @Test func `a secret over several lines has none of them shown`() {
        let file = "password = \"\"\"\nfirst\nsecond\"\"\"\ntokens = [\n  \"third\", # x\n  \"fourth\"\n]\nz = 1\n"
        let text = SourceText(file, name: "p")
        for offset in 0..<text.bytes.count {
            let shown = Diagnostic("a.b", message: "m", at: .text(text[offset..<offset + 3])).rendered()
            for secret in ["first", "second", "third", "fourth"] { #expect(!shown.contains(secret), "\(offset)") }
        }
    }

    @Test func `variables that a secret is made of are secrets`() {
        let file = """
            [vars]
            one = "${var:two}-abc"
            two = { default = "deep-secret", help = "h" }
            other = "shown"
            [vars.three]
            default = "third-secret"
            [[source]]
            client_secret = "${var:one}${var:three}"
            x = "${var:other}"
            """
        let text = SourceText(file, name: "p")
        let shown = text.bytes.indices.map { Diagnostic("a.b", message: "m", at: .text(text[$0..<$0])).rendered() }
            .joined()
        for secret in ["abc", "deep-secret", "third-secret"] { #expect(!shown.contains(secret)) }
        #expect(shown.contains("other = \"shown\""))
        for name in ["one", "two", "three", "client_secret"] { #expect(text.conceals(valuesOf: name), "\(name)") }
        #expect(!text.conceals(valuesOf: "other"))
    }

    @Test func `a name that somebody says is a secret's is one`() {
        let text = SourceText("pin = \"1234\"\nurl = \"redis://h\"\n", name: "p")
        #expect(Diagnostic("a.b", message: "m", at: .text(text[0..<3])).rendered().contains("1234"))
        text.conceal(valuesOf: "pin")
        #expect(!Diagnostic("a.b", message: "m", at: .text(text[0..<3])).rendered().contains("1234"))
        #expect(Diagnostic("a.b", message: "m", at: .text(text[13..<16])).rendered().contains("redis://h"))
    }

    @Test(arguments: [
        ("found 'hunter2'", "found '•••'"), ("found \"hunter2\" here", "found \"•••\" here"),
        ("hunter2 is no number", "••• is no number"), ("found 'hunter2-and-mo'…", "found '•••and-mo'…"),
        ("a word as 'unter' is", "a word as '•••' is"), ("found 'hunter'", "found '•••'"),
        ("expected '=', found 'x'", "expected '=', found 'x'"),
    ])
    func `a message that quotes a secret has dots for it`(message: String, shown: String) {
        let text = SourceText("password = \"hunter2\"", name: "p")
        let finding = Diagnostic(
            "a.b",
            message: message,
            at: .text(text[12..<15]),
            hint: message,
            related: [.init(text[0..<1], caption: message)]
        ).withoutSecrets
        #expect(finding.message == shown.replacing("•••and-mo", with: "•••-and-mo"))
        #expect(finding.hint == finding.message)
        #expect(finding.related.first?.caption == finding.message)
    }

    @Test func `the beginning of a secret is one`() {
        let secret = String(repeating: "0123456789", count: 20)
        let finding = Diagnostic("a.b", message: "found \"\(secret.prefix(40))\", expected one", hint: "0123 is fine")
            .concealing([secret], isAboutThem: false)
        #expect(finding.message == "found \"•••\", expected one")
        #expect(finding.hint == "0123 is fine")
        let address = Diagnostic("a.b", message: "expected redis://host, found 'redis://u:p@h'").concealing([
            "redis://u:p@h"
        ])
        #expect(address.message == "expected redis://host, found 'redis://•••'")
    }

    @Test(arguments: [
        "token = [", "token = \"", "token = \"\"\"", "token = '''\n\"", "a=", "token:", "${env:", "x://@",
    ])
    func `files made to be slow are not`(piece: String) {
        let clock = ContinuousClock()
        let time = clock.measure {
            let text = SourceText(String(repeating: piece + "\n", count: 20_000), name: "p")
            _ = text.secretRanges
        }
        #expect(time < .seconds(60))
    }

    @Test func `a chain of variables is followed as far as people go`() {
        let chain = (0..<2_000).map { "v\($0) = \"${var:v\($0 + 1)}x\"" }.joined(separator: "\n")
        let text = SourceText("token = \"${var:v0}\"\n" + chain, name: "p")
        for depth in 0..<10 { #expect(text.conceals(valuesOf: "v\(depth)")) }
    }
}
