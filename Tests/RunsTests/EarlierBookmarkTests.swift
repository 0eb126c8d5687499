import Diagnostics
import PluginKit
import PluginTestKit
import StateStore
import TestPipelines
import Testing

/// Bookmarks of versions that counted times in milliseconds.
@Suite struct EarlierBookmarkTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    private func feed(_ count: Int) -> String {
        """
        name = "feed"
        [[source]]
        use = "feed"
        since = "last-run"
        count = \(count)
        [[sink]]
        use = "lines"
        path = "@/new.txt"
        on_existing = "replace"
        """
    }

    private func new(_ count: Int, _ log: StageLog = StageLog()) async throws -> [Int] {
        let (report, _) = try await workshop.runStored(feed(count), log: log)
        #expect(report.ending == "published")
        return try workshop.lines("new.txt").compactMap { Int($0) }
    }

    /// The bookmark after records 1 to 4, at 2 seconds since 1970, as earlier versions stored it.
    ///
    ///     2, 160 31     there is a greatest value, 2000; all numbers have their sign in the lowest bit
    ///     2             one key:
    ///     4, 6 8        two bytes, the whole number 4
    ///     160 31        its value, 2000
    ///     0             not the keys of all records
    ///     0 0, 0, 0 0   never read whole; none uncounted; none due
    static let stored: [UInt8] = [2, 160, 31, 2, 4, 6, 8, 160, 31, 0, 0, 0, 0, 0, 0]

    @Test(arguments: [stored, Array(stored.prefix(9))])
    func `what an earlier version delivered comes no more, and what is new does`(edge: [UInt8]) async throws {
        let store = try RunStore(in: workshop.folder.path("state"))
        let run = RunIdentity(pipeline: "feed", id: "1", date: "", time: "")
        try store.begin(run, configuration: "", at: 0)
        let bookmark = Bookmark(stage: "feed", cursor: "2000", edge: edge)
        try store.complete(run, report: "{}", bookmarks: [bookmark], at: 0)
        let trace = Trace()
        // Record 5 has the same time as 4.
        let numbers = try await Trace.$current.withValue(trace) { try await new(8) }
        #expect(numbers == [5, 6, 7, 8])
        #expect(trace.all.contains("feed reads 0 since 2000 ms"))
        // From here on it is a moment, for people too.
        let now = try #require(try store.bookmarks(of: "feed").first { $0.bookmark.stage == "feed" })
        #expect(now.bookmark.cursor == "1970-01-01T00:00:04.000Z")
        #expect(try await new(10) == [9, 10])
        #expect(try await new(10) == [])
    }

    // The clock of the tests is that of the machine: 4 × 10¹² milliseconds are in the year 2096.
    @Test(arguments: ["4000000000000", "2096-10-02T07:06:40.000Z", "9223372036854775807"])
    func `a bookmark ahead of the present is refused in both forms`(cursor: String) async throws {
        let store = try RunStore(in: workshop.folder.path("state"))
        let run = RunIdentity(pipeline: "feed", id: "1", date: "", time: "")
        try store.begin(run, configuration: "", at: 0)
        let bookmark = Bookmark(stage: "feed", cursor: cursor, edge: Self.stored)
        try store.complete(run, report: "{}", bookmarks: [bookmark], at: 0)
        await #expect {
            try await new(8)
        } throws: {
            ($0 as? DiagnosticList)?.all.map(\.code.name) == ["pipeline.bookmark-ahead"]
        }
    }
}
