import HTTP
import Testing

@Suite struct HTTPHeadersTests {
    @Test(arguments: ["x-ratelimit", "X-Ratelimit", "X-RATELIMIT"])
    func `a name is found in any case`(name: String) {
        let headers: HTTPHeaders = ["Accept": "a", "X-RateLimit": "b"]
        #expect(headers[name] == "b")
    }

    @Test func `setting a field replaces all of its name`() {
        var headers = HTTPHeaders([.init("A", value: "1"), .init("a", value: "2"), .init("b", value: "3")])
        #expect(headers.values("A") == ["1", "2"])
        headers["A"] = "4"
        #expect(headers.fields == [.init("b", value: "3"), .init("A", value: "4")])
        headers["b"] = nil
        #expect(headers.fields == [.init("A", value: "4")])
    }

    @Test func `secret fields can be left out`() {
        let headers = HTTPHeaders([
            .init("Authorization", value: "Bearer x", isSecret: true), .init("Accept", value: "a"),
        ])
        #expect(headers.withoutSecrets.fields == [.init("Accept", value: "a")])
    }
}
