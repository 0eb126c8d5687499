import HTTP
import PluginKit
import TestTags
import Testing

@Suite(.tags(.server)) struct PackedAnswerTests {
    static let text = Array(repeatElement(Array(#"{"type":"movie","id":12}"#.utf8), count: 1000).joined())
    static let packed = Gzip.packed(text)

    private func outcome(
        of bytes: [UInt8],
        coding: String = "gzip",
        limit: Int = 1 << 20
    ) async throws -> Result<HTTPResponse, HTTPFailure> {
        let server = try LoopbackServer { _, peer in
            await peer.answer("200 OK", bytes, fields: "Content-Encoding: \(coding)\r\n")
        }
        var limits = HTTPLimits.generous
        limits.bodyBytes = limit
        return await CurlTransport().outcome(HTTPRequest(.get, url: try server.url(), limits: limits))
    }

    private func failure(of bytes: [UInt8], limit: Int = 1 << 20) async throws -> HTTPFailure? {
        guard case .failure(let failure) = try await outcome(of: bytes, limit: limit) else { return nil }
        return HTTPFailure(failure.kind, origin: "", detail: failure.detail)
    }

    @Test(arguments: ["gzip", "x-gzip", "GZIP", "identity, gzip"])
    func `a packed body is unpacked`(coding: String) async throws {
        #expect(try await outcome(of: Self.packed, coding: coding).get().body == Self.text)
    }

    @Test func `two members are one body`() async throws {
        #expect(try await outcome(of: Self.packed + Self.packed).get().body == Self.text + Self.text)
    }

    @Test(arguments: [1, 9, 10, 20, packed.count - 9, packed.count - 8, packed.count - 1])
    func `one that is cut, although its length is right, is no answer`(count: Int) async throws {
        let failure = try await failure(of: Array(Self.packed.prefix(count)))
        #expect(
            failure == HTTPFailure(.badEncoding, origin: "", detail: "the gzip data is incomplete")
        )
    }

    @Test func `a second member that is cut is no answer`() async throws {
        let failure = try await failure(of: Self.packed + Self.packed.prefix(30))
        #expect(
            failure == HTTPFailure(.badEncoding, origin: "", detail: "the gzip data is incomplete")
        )
    }

    @Test(arguments: [0, 40, packed.count - 8, packed.count - 1])
    func `one with a changed byte is no answer`(index: Int) async throws {
        var bytes = Self.packed
        bytes[index] ^= 0xFF
        let failure = try await failure(of: bytes)
        #expect(failure == HTTPFailure(.badEncoding, origin: "", detail: "the gzip data is damaged"))
    }

    @Test func `one that is not packed at all is no answer`() async throws {
        let failure = try await failure(of: Self.text)
        #expect(failure == HTTPFailure(.badEncoding, origin: "", detail: "the gzip data is damaged"))
    }

    @Test func `a little that becomes a lot is given up`() async throws {
        let bomb = Gzip.packed([UInt8](repeating: 0, count: 8 << 20))
        #expect(bomb.count < 10_000)
        let failure = try await failure(of: bomb, limit: 1 << 20)
        #expect(failure == HTTPFailure(.tooLarge, origin: "", detail: "it has more than 1 MiB"))
    }
}
