import HTTP
import PluginKit
import PluginTestKit
import TestTags
import Testing

@testable import InputFiles

/// Files of a server of this machine, over real connections.
@Suite(.tags(.server)) struct WebServerTests {
    private func files(_ origin: String) throws -> InputFiles {
        try InputFiles(
            InputPatterns([try InputPattern("\(origin)/plays.csv")]),
            in: Bench(transport: CurlTransport()).context,
            webPartSize: 100_000
        )
    }

    @Test(arguments: [true, false])
    func `a file is read in parts`(sendsParts: Bool) async throws {
        let bytes = (0..<350_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let content = WebFileTests.Server()
        content.state.withLock { ($0.bytes, $0.sendsParts) = (bytes, sendsParts) }
        let count = Locked(0)
        let server = try HTTPServer { request in
            let number = count.withLock { count in
                count += 1
                return count
            }
            return (try? content.answer(request, number)) ?? HTTPResponse(status: 500)
        }
        let files = try files(server.origin)
        let entry = try await files.entries()[0]
        #expect(entry.size == bytes.count)
        #expect(try await files.all(of: entry) == bytes)
        #expect(count.withLock { $0 } == (sendsParts ? 4 : 1))
        await server.stop()
    }

    @Test func `a connection that breaks in the middle of a part costs a part of it`() async throws {
        let bytes = (0..<250_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let content = WebFileTests.Server()
        content.state.withLock { $0.bytes = bytes }
        let ranges = Locked<[String]>([])
        let server = try HTTPServer.exchanging { exchange in
            let range = exchange.head.headers["Range"] ?? ""
            let number = ranges.withLock { ranges in
                ranges.append(range)
                return ranges.count
            }
            guard let url = try? HTTPURL("http://\(exchange.authority)\(exchange.head.target)"),
                let response = try? content.answer(HTTPRequest(url: url, headers: exchange.head.headers), number)
            else { return .cuts }
            guard number == 2 else { return await exchange.answer(response) }
            // The head announces more than comes.
            let head =
                "HTTP/1.1 206 Partial Content\r\nContent-Length: \(response.body.count)\r\nETag: \"one\"\r\n"
                + "Content-Range: \(response.headers["Content-Range"] ?? "")\r\n\r\n"
            _ = await exchange.write(Array(head.utf8) + response.body.prefix(1000))
            await exchange.flush()
            return .cuts
        }
        let files = try files(server.origin)
        #expect(try await files.all(of: try await files.entries()[0]) == bytes)
        #expect(
            ranges.withLock { $0 } == [
                "bytes=0-99999", "bytes=100000-199999", "bytes=100000-149999", "bytes=150000-249999",
            ]
        )
        await server.stop()
    }
}
