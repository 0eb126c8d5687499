import HTTP
import Testing

@Suite struct HTTPHeadersTests {
    @Test(arguments: ["x-ratelimit", "X-Ratelimit", "X-RATELIMIT"])
    func `a name is found in any case`(name: String) {
        let headers: HTTPHeaders = ["Accept": "a", "X-RateLimit": "b"]
        #expect(headers[name] == "b")
    }

    @Test func `setting a field replaces all of its name`() {
        var headers = HTTPHeaders([.init("A", "1"), .init("a", "2"), .init("b", "3")])
        #expect(headers.values("A") == ["1", "2"])
        headers["A"] = "4"
        #expect(headers.fields == [.init("b", "3"), .init("A", "4")])
        headers["b"] = nil
        #expect(headers.fields == [.init("A", "4")])
    }

    @Test func `secret fields can be left out`() {
        let headers = HTTPHeaders([.init("Authorization", "Bearer x", isSecret: true), .init("Accept", "a")])
        #expect(headers.withoutSecrets.fields == [.init("Accept", "a")])
    }
}
