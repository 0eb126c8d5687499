import PluginKit
import PluginTestKit
import Testing

/// Whatever somebody prints while looking for a mistake, no secret is in it.
@Suite struct PrintingTests {
    private func dumped(_ value: some Any) -> String {
        var text = ""
        dump(value, to: &text)
        return text
    }

    /// A value in every way in which it can be printed.
    private func printed(_ value: some Any) -> [String] {
        ["\(value)", String(reflecting: value), dumped(value), dumped([value]), "\([value])"]
    }

    @Test(arguments: [
        HTTPHeaders.Field("trakt-api-key", value: "hush"), .init("Authorization", value: "Bearer hush"),
        .init("proxy-authorization", value: "Basic hush"), .init("Cookie", value: "session=hush"),
        .init("Set-Cookie", value: "session=hush"),
        .init("X-Auth-Token", value: "hush"), .init("X-Other", value: "hush", isSecret: true),
    ])
    func `a header field that is a secret is printed without its value`(field: HTTPHeaders.Field) {
        #expect("\(field)" == "\(field.name): •••")
        var request = HTTPRequest(.post, url: HTTPURL.local, headers: HTTPHeaders([field]), body: Array("hush".utf8))
        request.headers["Accept"] = "text/csv"
        let response = HTTPResponse(status: 200, headers: request.headers, body: Array("hush".utf8))
        let bytes = "\(Array("hush".utf8))".dropFirst().dropLast()
        let texts = printed(field) + printed(request.headers) + printed(request) + printed(response)
        for text in texts { #expect(!text.contains("hush") && !text.contains(bytes), "\(text)") }
    }

    @Test func `what is no secret is printed as it is`() {
        let request = HTTPRequest(
            .post,
            url: HTTPURL.local,
            headers: HTTPHeaders([.init("Accept", value: "text/csv"), .init("Authorization", value: "hush")]),
            body: [1, 2, 3]
        )
        #expect(
            "\(request)" == """
                POST http://localhost/
                Accept: text/csv
                Authorization: •••
                (3 bytes)
                """
        )
        #expect("\(HTTPResponse(status: 204, headers: ["ETag": "1"]))" == "204\nETag: 1")
    }

    @Test func `a stage's context is printed without its environment`() {
        let bench = Bench(layer: "patience", environment: ["TRAKT_CLIENT_SECRET": "hush"])
        for text in printed(bench.context) + printed(bench) { #expect(!text.contains("hush"), "\(text)") }
        #expect(dumped(bench.context).contains("patience"))
    }
}

extension HTTPURL {
    fileprivate static var local: HTTPURL {
        do { return try HTTPURL("http://localhost/") } catch { preconditionFailure("\(error)") }
    }
}
