import HTTP
import PluginKit
import TestTags
import Testing

@Suite(.tags(.server)) struct AnswerTests {
    @Test func `an answer is what the server sent, and the request what the caller said`() async throws {
        let server = try LoopbackServer { _, peer in
            await peer.answer("201 Created", "made", fields: "X-One:  1 \r\nX-Two:\r\n")
        }
        var headers: HTTPHeaders = ["Content-Type": "application/json", "X-Empty": "", "Host": "elsewhere.test"]
        headers.append(.init("Authorization", value: "Bearer abc", isSecret: true))
        headers.append(.init("Accept-Encoding", value: "br"))
        let request = HTTPRequest(
            .post,
            url: try server.url("/a/../b?c=%20d"),
            headers: headers,
            body: Array("{}".utf8)
        )
        let response = try await CurlTransport().send(request)
        #expect(response.status == 201)
        #expect(response.text == "made")
        #expect(response.headers == ["Content-Length": "4", "X-One": "1", "X-Two": ""])
        let asked = try #require(server.requests.first)
        #expect(asked.body == Array("{}".utf8))
        #expect(
            asked.lines == [
                "POST /a/../b?c=%20d HTTP/1.1", "Host: 127.0.0.1:\(server.port)", "Accept: */*",
                "Accept-Encoding: gzip", "User-Agent: sprocket", "Content-Type: application/json", "X-Empty:",
                "Authorization: Bearer abc", "Content-Length: 2",
            ]
        )
    }

    @Test(arguments: [HTTPRequest.Method.get, .head, .post, .put, .delete], [0, 5, 1_100_000])
    func `every method is sent with the body that it has`(method: HTTPRequest.Method, size: Int) async throws {
        guard method != .head || size == 0 else { return }
        let server = try LoopbackServer { _, peer in await peer.answer("200 OK", fields: "") }
        let body = [UInt8](repeating: 7, count: size)
        let response = try await CurlTransport().send(HTTPRequest(method, url: try server.url(), body: body))
        #expect(response.status == 200)
        let asked = try #require(server.requests.first)
        #expect(asked.line == "\(method.rawValue) / HTTP/1.1")
        #expect(asked.body == body)
        let announced = asked.field("Content-Length")
        #expect(announced == (size > 0 || method == .post || method == .put ? "\(size)" : nil))
        // Nobody has said what kind of body it is, and nothing is asked for before it is sent.
        #expect(asked.field("Content-Type") == nil)
        #expect(asked.field("Expect") == nil)
    }

    /// An answer as it stands on the wire, and what it means.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let wire: String
        let method: HTTPRequest.Method
        let status: Int
        let text: String
        /// Whether the server ends the connection then.
        let isLast: Bool
        /// All fields; empty if the case is not about them.
        let header: [String: String]

        init(
            _ name: String,
            _ wire: String,
            method: HTTPRequest.Method = .get,
            status: Int = 200,
            text: String = "",
            isLast: Bool = false,
            header: [String: String] = [:]
        ) {
            testDescription = name
            self.wire = wire
            self.method = method
            self.status = status
            self.text = text
            self.isLast = isLast
            self.header = header
        }
    }

    static let cases = [
        Case("a length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", text: "hello"),
        Case("an empty body", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        Case(
            "another status is an answer",
            "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno",
            status: 404,
            text: "no"
        ),
        Case("a status without words", "HTTP/1.1 429\r\nContent-Length: 0\r\n\r\n", status: 429),
        Case(
            "chunks",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
            text: "hello"
        ),
        Case(
            "chunks with fields behind them",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Late: 1\r\n\r\n",
            text: "hello",
            header: ["Transfer-Encoding": "chunked"]
        ),
        Case(
            "chunks win over a length",
            "HTTP/1.1 200 OK\r\nContent-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
            text: "x"
        ),
        Case("the end of the connection", "HTTP/1.1 200 OK\r\n\r\nuntil the end", text: "until the end", isLast: true),
        Case("an old server", "HTTP/1.0 200 OK\r\n\r\nold", text: "old", isLast: true),
        Case("204", "HTTP/1.1 204 No Content\r\n\r\n", status: 204),
        Case("204 with a coding", "HTTP/1.1 204 No Content\r\nContent-Encoding: gzip\r\n\r\n", status: 204),
        Case("304 with a length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", status: 304),
        Case(
            "HEAD with a length",
            "HTTP/1.1 200 OK\r\nContent-Length: 7\r\nContent-Encoding: gzip\r\n\r\n",
            method: .head
        ),
        Case(
            "interim answers",
            "HTTP/1.1 100 Continue\r\nX-One: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
            text: "ok",
            header: ["Content-Length": "2"]
        ),
        Case(
            "a field in two lines",
            "HTTP/1.1 200 OK\r\nX-Long: one\r\n  two\r\nContent-Length: 0\r\n\r\n",
            header: ["X-Long": "one two", "Content-Length": "0"]
        ),
        Case(
            "no coding at all",
            "HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\nContent-Length: 1\r\n\r\nx",
            text: "x"
        ),
        Case(
            "an empty body, said to be packed",
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n"
        ),
        Case("no space before a value", "HTTP/1.1 200 OK\r\nContent-Length:1\r\n\r\nx", text: "x"),
    ]

    @Test(arguments: cases)
    func `an answer is read as it is meant`(_ item: Case) async throws {
        let server = try LoopbackServer { _, peer in
            await peer.send(item.wire)
            if item.isLast { peer.finish() }
        }
        let response = try await CurlTransport().send(
            HTTPRequest(item.method, url: try server.url(), limits: .generous)
        )
        #expect(response.status == item.status)
        #expect(response.text == item.text)
        guard !item.header.isEmpty else { return }
        #expect(response.headers.fields.count == item.header.count)
        for (name, value) in item.header { #expect(response.headers[name] == value) }
    }

    @Test func `an answer that comes byte by byte is the same`() async throws {
        let server = try LoopbackServer { _, peer in
            for byte in "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n".utf8 {
                await peer.send([byte])
            }
        }
        #expect(try await CurlTransport().send(HTTPRequest(.get, url: try server.url())).text == "hello")
    }

    @Test func `a large body is whole`() async throws {
        let body = (0..<100).flatMap { [UInt8](repeating: $0, count: 50_000) }
        let server = try LoopbackServer { _, peer in await peer.answer("200 OK", body) }
        #expect(try await CurlTransport().send(HTTPRequest(.get, url: try server.url())).body == body)
    }

    @Test func `a header field that would become two is refused, and its value not repeated`() async throws {
        let server = try LoopbackServer { _, peer in await peer.answer() }
        let request = HTTPRequest(.get, url: try server.url(), headers: ["trakt-api-key": "secret\n"])
        let error = await #expect(throws: Diagnostic.self) { try await CurlTransport().send(request) }
        #expect(
            error?.description == """
                error[http.header]: the value of the header field 'trakt-api-key' has a line break or another character that \
                cannot be sent
                  hint: it may come from a file or a variable with a newline at its end
                """
        )
        #expect(server.requests.isEmpty)
    }
}
