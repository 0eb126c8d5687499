import Network
import PluginKit
import Testing

@Suite struct AnswerTests {
    @Test func `an answer is what the server sent, and the request what the caller said`() async throws {
        let server = try LoopbackServer { _, peer in
            peer.answer("201 Created", "made", fields: "X-One:  1 \r\nX-Two:\r\n")
        }
        var headers: HTTPHeaders = ["Content-Type": "application/json", "X-Empty": ""]
        headers.append(.init("Authorization", "Bearer abc", isSecret: true))
        let request = HTTPRequest(.post, try server.url("/a/../b?c=%20d"), headers: headers, body: Array("{}".utf8))
        let response = try await CurlTransport().send(request)
        #expect(response.status == 201)
        #expect(response.text == "made")
        #expect(response.headers == ["Content-Length": "4", "X-One": "1", "X-Two": ""])
        let asked = try #require(server.requests.first)
        #expect(asked.body == Array("{}".utf8))
        let lines = asked.head.split(separator: "\r\n").map(String.init)
        #expect(
            lines == [
                "POST /a/../b?c=%20d HTTP/1.1", "Host: 127.0.0.1:\(server.port)", "Accept: */*",
                "Accept-Encoding: gzip", "User-Agent: sprocket", "Content-Type: application/json", "X-Empty:",
                "Authorization: Bearer abc", "Content-Length: 2",
            ]
        )
    }
}
