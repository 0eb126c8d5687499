import HTTP
import PluginKit
import Testing

/// Requests out of bytes (RFC 9112).
@Suite struct HTTPRequestParserTests {
    private static let limits = HTTPServerLimits(lineBytes: 60, headBytes: 200, fields: 5, bodyBytes: 20)

    /// What a connection's bytes are: lines like `GET /a HTTP/1.1 | Host: a | body`, and at the end a refusal's status.
    private func outcome(_ wire: String, pieces: Int? = nil) -> [String] {
        var parser = HTTPRequestParser(Self.limits)
        var lines: [String] = []
        var line = ""
        let bytes = Array(wire.utf8)
        let size = pieces ?? max(1, bytes.count)
        for start in stride(from: 0, to: bytes.count, by: size) {
            parser.append(Array(bytes[start..<min(start + size, bytes.count)]))
            do throws(HTTPRefusal) {
                while let event = try parser.next() {
                    switch event {
                    case .head(let head):
                        line = "\(head.method) \(head.target) 1.\(head.minorVersion)"
                        for field in head.headers.fields { line += " | \(field.name)=\(field.value)" }
                        line += " | "
                    case .body(let piece): line += String(decoding: piece, as: UTF8.self)
                    case .end:
                        lines.append(line)
                        line = ""
                    }
                }
            } catch {
                return lines + ["\(error.status)"]
            }
        }
        return lines + (parser.isBetweenRequests ? [] : ["…"])
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let wire: String
        let lines: [String]

        init(_ name: String, _ wire: String, _ lines: String...) {
            testDescription = name
            self.wire = wire
            self.lines = lines
        }
    }

    private static let post = "POST / HTTP/1.1\r\nHost: a\r\n"
    private static let chunked = post + "Transfer-Encoding: chunked\r\n\r\n"

    static let cases = [
        Case("nothing", ""),
        Case("a path", "GET /a?b=c HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a?b=c 1.1 | Host=a | "),
        Case(
            "values are trimmed",
            "GET / HTTP/1.1\r\nHost:a\r\nX: \t b c \t\r\nY:\r\n\r\n",
            "GET / 1.1 | Host=a | X=b c | Y= | "
        ),
        Case("1.0 needs no host", "GET / HTTP/1.0\r\n\r\n", "GET / 1.0 | "),
        Case("a later minor version", "GET / HTTP/1.7\r\nHost: a\r\n\r\n", "GET / 1.7 | Host=a | "),
        Case("an absolute address", "GET http://b/c HTTP/1.1\r\nHost: b\r\n\r\n", "GET http://b/c 1.1 | Host=b | "),
        Case("a tunnel", "CONNECT b:443 HTTP/1.1\r\nHost: b\r\n\r\n", "CONNECT b:443 1.1 | Host=b | "),
        Case("the server itself", "OPTIONS * HTTP/1.1\r\nHost: b\r\n\r\n", "OPTIONS * 1.1 | Host=b | "),
        Case("empty lines before it", "\r\n\r\nGET / HTTP/1.0\r\n\r\n", "GET / 1.0 | "),
        Case("a length", post + "Content-Length: 3\r\n\r\nabc", "POST / 1.1 | Host=a | Content-Length=3 | abc"),
        Case("a length of nothing", post + "content-length: 0\r\n\r\n", "POST / 1.1 | Host=a | content-length=0 | "),
        Case(
            "several, one after the other",
            "GET /1 HTTP/1.0\r\n\r\n" + post + "Content-Length: 2\r\n\r\nGEGET /3 HTTP/1.0\r\n\r\n",
            "GET /1 1.0 | ",
            "POST / 1.1 | Host=a | Content-Length=2 | GE",
            "GET /3 1.0 | "
        ),
        Case(
            "chunks, with all that may stand beside them",
            chunked + "3;x=\"y\"\r\nabc\r\n00A \r\n0123456789\r\n0\r\nX: 1\r\n\r\nGET /2 HTTP/1.0\r\n\r\n",
            "POST / 1.1 | Host=a | Transfer-Encoding=chunked | abc0123456789",
            "GET /2 1.0 | "
        ),
        Case(
            "a body that may be awaited",
            post + "Expect: 100-Continue\r\n\r\n",
            "POST / 1.1 | Host=a | Expect=100-Continue | "
        ),
        Case("a head that is not complete", "GET / HTTP/1.1\r\nHost: a\r\n", "…"),
        Case("a body that is not complete", post + "Content-Length: 3\r\n\r\nab", "…"),
        Case("chunks that are not complete", chunked + "3\r\nabc\r\n0\r\n", "…"),

        Case("something else", "SSH-2.0-OpenSSH_9.2\r\n", "400"),
        Case("the greeting of TLS", "\u{16}\u{3}\u{1}", "400"),
        Case("a method longer than any", "ABCDEFGHIJKLMNOPQR / HTTP/1.1\r\n", "501"),
        Case("two blanks", "GET  / HTTP/1.1\r\n", "400"),
        Case("no version", "GET /\r\n", "400"),
        Case("a version in small letters", "GET / http/1.1\r\n", "400"),
        Case("another version", "GET / HTTP/2.0\r\n", "505"),
        Case("no path", "GET a HTTP/1.1\r\n", "400"),
        Case("a fragment", "GET /a#b HTTP/1.1\r\n", "400"),
        Case("letters beyond ASCII", "GET /ä HTTP/1.1\r\n", "400"),
        Case("another scheme", "GET ftp://b/c HTTP/1.1\r\n", "400"),
        Case("an asterisk", "GET * HTTP/1.1\r\n", "400"),
        Case("a line end without CR", "GET / HTTP/1.1\nHost: a\n\n", "400"),
        Case("a CR in a line", "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", "400"),
        Case("empty lines without end", String(repeating: "\r\n", count: 5), "400"),
        Case("no host", "GET / HTTP/1.1\r\n\r\n", "400"),
        Case("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", "400"),
        Case("a blank before the colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "400"),
        Case("no colon", "GET / HTTP/1.1\r\nHost\r\n\r\n", "400"),
        Case("no name", "GET / HTTP/1.1\r\n: a\r\n\r\n", "400"),
        Case("a line that is continued", "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", "400"),
        Case("a control character", "GET / HTTP/1.1\r\nHost: a\u{0}\r\n\r\n", "400"),
        Case("a length and chunks", post + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "400"),
        Case("two lengths", post + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", "400"),
        Case("lengths in a list", post + "Content-Length: 1, 1\r\n\r\n", "400"),
        Case("a length with a sign", post + "Content-Length: +1\r\n\r\n", "400"),
        Case("no length in it", post + "Content-Length:\r\n\r\n", "400"),
        Case("chunks in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", "400"),
        Case("chunks, and then otherwise coded", post + "Transfer-Encoding: chunked, gzip\r\n\r\n", "400"),
        Case("chunks of chunks", post + "Transfer-Encoding: chunked, chunked\r\n\r\n", "400"),
        Case("a coding of nothing", post + "Transfer-Encoding:\r\n\r\n", "400"),
        Case("another coding", post + "Transfer-Encoding: gzip, chunked\r\n\r\n", "501"),
        Case("another expectation", post + "Expect: tea\r\n\r\n", "417"),
        Case("a chunk without a size", chunked + ";x\r\n", "400"),
        Case("a chunk with a sign", chunked + "-1\r\n", "400"),
        Case("a chunk that is longer than it says", chunked + "1\r\nab\r\n", "400"),
        Case("a field after the chunks that is none", chunked + "0\r\nX\r\n\r\n", "400"),

        Case("a line that is too long", "GET /" + String(repeating: "a", count: 60), "414"),
        Case("a field that is too long", "GET / HTTP/1.1\r\nX: " + String(repeating: "a", count: 200), "431"),
        Case("too many fields", "GET / HTTP/1.1\r\n" + String(repeating: "X: 1\r\n", count: 6), "431"),
        Case(
            "too much of fields",
            "GET / HTTP/1.1\r\n" + String(repeating: "X: \(String(repeating: "a", count: 60))\r\n", count: 4),
            "431"
        ),
        Case("a body that is too long", post + "Content-Length: 21\r\n\r\n", "413"),
        Case("a length beyond all numbers", post + "Content-Length: 99999999999999999999\r\n\r\n", "413"),
        Case("chunks that are too long", chunked + "14\r\n" + String(repeating: "a", count: 20) + "\r\n1\r\n", "413"),
        Case("a chunk beyond all numbers", chunked + "ffffffffffffffffff\r\n", "413"),
        Case("too many fields after the chunks", chunked + "0\r\n" + String(repeating: "X: 1\r\n", count: 6), "431"),
    ]

    @Test(arguments: cases) func `a request is what it is, however its bytes are cut`(_ item: Case) {
        for pieces in [nil, 1, 2, 7] { #expect(outcome(item.wire, pieces: pieces) == item.lines, "\(pieces ?? 0)") }
    }

    @Test func `nothing is read after a refusal`() {
        var parser = HTTPRequestParser()
        parser.append(Array("nonsense\r\n".utf8))
        for _ in 1...2 {
            let refusal = #expect(throws: HTTPRefusal.self) { try parser.next() }
            #expect(refusal?.status == 400)
            parser.append(Array("GET / HTTP/1.0\r\n\r\n".utf8))
        }
    }

    @Test(arguments: [
        ("HTTP/1.1", "", true), ("HTTP/1.1", "Connection: close\r\n", false),
        ("HTTP/1.1", "Connection: x, Close\r\n", false), ("HTTP/1.0", "", false),
        ("HTTP/1.0", "Connection: Keep-Alive\r\n", true),
        ("HTTP/1.0", "Connection: keep-alive\r\nConnection: close\r\n", false),
    ])
    func `version and fields say whether the connection stays`(version: String, field: String, stays: Bool) throws {
        var parser = HTTPRequestParser()
        parser.append(Array("GET / \(version)\r\nHost: a\r\n\(field)\r\n".utf8))
        guard case .head(let head) = try parser.next() else {
            Issue.record("no head")
            return
        }
        #expect(head.keepsAlive == stays)
    }
}
