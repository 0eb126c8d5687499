import PluginKit
import PluginTestKit
import Testing

@Suite struct GitHubReleasesTests {
    private let options = "repository = 'apple/swift-nio'"

    /// 100 releases on the first page and one on the second.
    private let github = ScriptedTransport { request, _ in
        let numbers = request.url.target.hasSuffix("page=1") ? 1...100 : 101...101
        let releases = numbers.map { number in
            """
            {"tag_name": "\(number)", "name": null, "published_at": "2026-11-30T12:00:00Z", "prerelease": false,
             "author": {"login": "ann", "id": 7}, "assets": []}
            """
        }
        return HTTPResponse(status: 200, body: Array("[\(releases.joined(separator: ","))]".utf8))
    }

    @Test func `keeps the contract of a source`() async throws {
        let releases = try await SourceContract.verify(
            GitHubReleases.self,
            options: options,
            on: Bench(transport: github)
        )
        #expect(releases.count == 101)
        #expect(releases.records.last == ["101", nil, .instant(1_796_040_000_000_000), false, "ann"])
        #expect(
            github.requests.first?.url.description
                == "https://api.github.com/repos/apple/swift-nio/releases?per_page=100&page=1"
        )
    }

    @Test func `keeps to the pause that the server asks for`() async throws {
        let busy = ScriptedTransport { _, _ in HTTPResponse(status: 429, headers: ["Retry-After": "60"]) }
        let failure = try await failure(with: busy)
        #expect(failure?.retryAfter == .seconds(60))
        #expect(failure?.diagnostic.code == "github.limit")
    }

    @Test(arguments: [
        HTTPResponse(status: 503), HTTPResponse(status: 200, body: Array("<html>".utf8)),
        HTTPResponse(status: 200, body: Array(#"[{"tag_name": "1""#.utf8)),
    ])
    func `an answer that cannot be used is asked for again`(answer: HTTPResponse) async throws {
        #expect(try await failure(with: ScriptedTransport { _, _ in answer })?.isTransient == true)
    }

    @Test func `so is one that never came`() async throws {
        let broken = ScriptedTransport { request, _ in throw HTTPFailure(.reset, origin: request.url.origin) }
        #expect(try await failure(with: broken)?.diagnostic.code == "http.reset")
    }

    /// What reading the first page fails with; nil if that is for good.
    private func failure(with transport: ScriptedTransport) async throws -> StageFailure? {
        let source = try Bench(transport: transport).source(GitHubReleases.self, options: options)
        var batch = Batch(source.schema)
        do {
            _ = try await source.read(at: nil, into: &batch)
            return nil
        } catch {
            return StageFailure(error)
        }
    }
}
