import Diagnostics
import HTTP
import Testing

@Suite struct HTTPURLTests {
    @Test(arguments: [
        ("https://api.trakt.tv", "https", "api.trakt.tv", 443, "/"),
        ("HTTP://LocalHost:8080/a?b=1#c", "http", "localhost", 8080, "/a?b=1"),
        ("http://[::1]:81/", "http", "::1", 81, "/"),
        ("https://example.org?x=1", "https", "example.org", 443, "/?x=1"),
    ])
    func `an address comes apart`(text: String, scheme: String, host: String, port: Int, target: String) throws {
        let url = try HTTPURL(text)
        #expect(url.scheme == scheme && url.host == host && url.port == port && url.target == target)
    }

    @Test(arguments: [
        "", "api.trakt.tv", "ftp://example.org", "https://", "https://exa mple.org", "https://example.org:0",
        "https://example.org:x", "https://example.org:99999", "https://[zz]/", "https://example.org/\u{e9}",
        "http://a:b@example.org", "https://a\nb",
    ])
    func `what is no address is refused`(text: String) {
        #expect { try HTTPURL(text) } throws: { ($0 as? Diagnostic)?.code == "url.invalid" }
    }

    @Test func `a password in an address is not repeated`() {
        #expect {
            try HTTPURL("https://me:hunter2@example.org")
        } throws: { error in
            (error as? Diagnostic).map { !"\($0)".contains("hunter2") } ?? false
        }
    }

    @Test func `parts of a path and values of a query stay what they are`() throws {
        let url = try HTTPURL("http://localhost:8080/base/")
        let longer = url.appending(
            ["users", "a/b?c", "lists"],
            query: [("start_at", "2026-01-01T00:00:00Z"), ("q", "a&b=ü")]
        )
        #expect(
            longer.description
                == "http://localhost:8080/base/users/a%2Fb%3Fc/lists?start_at=2026-01-01T00:00:00Z&q=a%26b%3D%C3%BC"
        )
    }
}
