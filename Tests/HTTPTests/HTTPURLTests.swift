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

    @Test(arguments: [
        ("https://exa mple.org", "a space is in its middle"), ("https://a ", "a space is at its end"),
        ("https://a\r", "a carriage return (CR) is at its end"), ("ftp://a", "its scheme is not http or https"),
        ("https://", "it has no host"), ("https://a:0", "its port is not a number from 1 to 65535"),
        ("https://::1", "an IPv6 address must be in brackets"), ("https://[::1", "its '[' has no ']'"),
        ("https://b\u{FC}cher.de", "its host has non-ASCII letters; write it in the form of DNS, xn--…"),
        ("https://a/\u{FC}", "non-ASCII letters in a path must be percent-encoded"),
        ("https://a..", "a part of its host between two dots is empty"),
        ("https://\(String(repeating: "a", count: 64)).de", "a part of its host has more than 63 characters"),
    ])
    func `what is wrong with an address is stated`(text: String, words: String) {
        #expect {
            try HTTPURL(text)
        } throws: { ($0 as? Diagnostic)?.message == "'\(text)' is not an address of a web server: \(words)" }
    }

    @Test(arguments: [
        ("http://localhost.:8", "http://localhost:8"), ("http://a.localhost./x", "http://a.localhost/x"),
        ("http://127.0.0.1.:8", "http://127.0.0.1:8"), ("http://example.org.", "http://example.org./"),
        ("http://a_b.example", "http://a_b.example/"), ("http://[fe80::1%25eth0]:1", "http://[fe80::1%25eth0]:1/"),
    ])
    func `a dot at the end of a host stays where DNS needs it`(text: String, address: String) throws {
        let url = try HTTPURL(text)
        #expect("\(url)" == (address.hasSuffix("8") ? address + "/" : address))
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
