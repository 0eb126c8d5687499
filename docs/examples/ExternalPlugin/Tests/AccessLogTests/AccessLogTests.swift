import AccessLog
import PluginKit
import PluginTestKit
import Testing

@Suite struct AccessLogTests {
    private let folder: TemporaryFolder
    private let log: String

    init() throws {
        folder = try TemporaryFolder()
        log = folder.path("access.log")
        try folder.write(
            """
            203.0.113.7 - - [10/Oct/2026:13:55:36 +0200] "GET /films/heat?page=2 HTTP/1.1" 200 2326
            2001:db8:1:2::7 - ann [10/Oct/2026:11:55:37 +0000] "HEAD / HTTP/2.0" 304 - "-" "curl/8.5.0"
            203.0.113.7 - - [31/Feb/2026:00:00:00 +0000] "GET /never HTTP/1.1" 200 1
            203.0.113.9 - - [31/Dec/2026:23:59:59 -0100] "POST /sign-in HTTP/1.1" 503 12
            """,
            to: "access.log"
        )
    }

    /// The batch sizes split the pages at every edge, and put the malformed line at the end and at the start of a page.
    @Test(arguments: [1, 2, 3, 4, 1000])
    func `keeps the contract of a source`(batchSize: Int) async throws {
        let records = try await SourceContract.verify(
            AccessLog.self,
            options: "path = '\(log)'",
            on: Bench(batchSize: batchSize)
        )
        #expect(
            records.records == [
                ["203.0.113.7", .instant(1_791_633_336_000_000), "GET", "/films/heat?page=2", 200, 2326],
                ["2001:db8:1:2::7", .instant(1_791_633_337_000_000), "HEAD", "/", 304, nil],
                ["203.0.113.9", .instant(1_798_765_199_000_000), "POST", "/sign-in", 503, 12],
            ]
        )
    }

    @Test func `a line that is not in the format is rejected with its number`() async throws {
        let source = try Bench().source(AccessLog.self, options: "path = '\(log)'")
        var batch = Batch(source.schema)
        _ = try source.read(at: nil, into: &batch)
        let rejection = try #require(batch.takeRejections().first)
        #expect(rejection.code == "access-log.line")
        #expect(rejection.position == "access.log, record 3")
    }

    @Test func `a log that is not there is reported`() throws {
        let source = try Bench().source(AccessLog.self, options: "path = '\(folder.path)/none.log'")
        var batch = Batch(source.schema)
        let problem = #expect(throws: Diagnostic.self) { _ = try source.read(at: nil, into: &batch) }
        #expect(problem?.code == "file.missing")
    }
}
