import Diagnostics
import PluginKit
import PluginTestKit
import Records
import Testing

@testable import TraktSource

/// What becomes of times that Trakt does not write: each form in each column of each kind of data, in an export and over
/// the API.
@Suite struct OddTimeTests {
    /// A column of times: where its data lies in an export and at the API, and a record with a time in JSON.
    struct Column: CustomTestStringConvertible, Sendable {
        let data: String
        let file: String
        let path: String
        let name: String
        let record: @Sendable (_ id: Int, _ time: String) -> String
        var testDescription: String { "\(name) of \(data)" }

        init(_ data: String, _ file: String, _ path: String, _ name: String, _ key: String? = nil) {
            self.init(data, file, path, name) { id, time in
                #"{"id":\#(id),"type":"movie","\#(key ?? name)":\#(time),"movie":{"title":"F","ids":{"trakt":\#(id)}}}"#
            }
        }

        init(
            _ data: String,
            _ file: String,
            _ path: String,
            _ name: String,
            _ record: @escaping @Sendable (Int, String) -> String
        ) {
            self.data = data
            self.file = file
            self.path = path
            self.name = name
            self.record = record
        }
    }

    static let columns = [
        Column("history", "watched-history-1.json", "sync/history/movies", "watched_at"),
        Column("watched", "watched-movies.json", "sync/watched/movies", "watched_at", "last_watched_at"),
        Column("ratings", "ratings-movies.json", "sync/ratings/movies", "rated_at"),
        Column("watchlist", "lists-watchlist.json", "sync/watchlist/movies", "listed_at"),
        Column("favorites", "lists-favorites.json", "sync/favorites/movies", "listed_at"),
        Column("collection", "collection-movies.json", "sync/collection/movies", "collected_at"),
        Column("collection", "collection-movies.json", "sync/collection/movies", "collected_at", "last_collected_at"),
        Column("lists/rainy", "lists-list-101-rainy.json", "users/me/lists/rainy/items/movie", "listed_at"),
        Column("comments", "comments-movies.json", "users/me/comments/all/movies", "created_at") { id, time in
            #"{"type":"movie","movie":{"title":"F","ids":{"trakt":\#(id)}},"comment":{"id":\#(id),"created_at":\#(time)}}"#
        },
        Column("notes", "notes-movies.json", "users/me/notes/movies", "created_at") { id, time in
            #"{"type":"movie","movie":{"title":"F","ids":{"trakt":\#(id)}},"note":{"id":\#(id),"created_at":\#(time)}}"#
        },
        Column("lists", "lists-lists.json", "users/me/lists", "created_at") { id, time in
            #"{"name":"L","ids":{"trakt":\#(id)},"created_at":\#(time)}"#
        },
        Column("lists", "lists-lists.json", "users/me/lists", "updated_at") { id, time in
            #"{"name":"L","ids":{"trakt":\#(id)},"updated_at":\#(time)}"#
        },
    ]

    /// A time in JSON and what is read of it in an account in Paris.
    struct Form: CustomTestStringConvertible, Sendable {
        let json: String
        let value: Value
        /// Whether the account's zone is needed.
        var isLocal = false
        /// What the refusal shows.
        var refusal: String?
        var testDescription: String { json }
    }

    // 1409562611 is 2014-09-01T09:10:11Z, as `date -u -d @1409562611` has it; Paris was two hours ahead.
    static let forms = [
        Form(json: #""2014-09-01T09:10:11.000Z""#, value: .instant(1_409_562_611_000_000)),
        Form(json: #""2014-09-01 09:10:11Z""#, value: .instant(1_409_562_611_000_000)),
        Form(json: #""2014-09-01T24:00:00.000Z""#, value: .instant(1_409_616_000_000_000)),
        Form(json: "1409562611", value: .instant(1_409_562_611_000_000)),
        Form(json: "1409562611000", value: .instant(1_409_562_611_000_000)),
        Form(json: #""2014-09-01T11:10:11""#, value: .instant(1_409_562_611_000_000), isLocal: true),
        Form(json: #""2014-09-01 11:10:11""#, value: .instant(1_409_562_611_000_000), isLocal: true),
        Form(json: #""2014-09-01""#, value: .instant(1_409_522_400_000_000), isLocal: true),
        Form(json: #""2014-09-01 24:00:00""#, value: .instant(1_409_608_800_000_000), isLocal: true),
        Form(json: "null", value: .null), Form(json: #""""#, value: .null), Form(json: #""unknown""#, value: .null),
        Form(json: "0", value: .null), Form(json: #""1970-01-01T00:00:01Z""#, value: .null),
        Form(json: #""1970-01-01 00:00:00""#, value: .null), Form(json: #""0001-01-01T00:00:00.000Z""#, value: .null),
        Form(json: #""0001-01-01T00:00:00+01:00""#, value: .null), Form(json: #""0001-01-01""#, value: .null),
        Form(json: #""0001-01-01 00:00:00""#, value: .null), Form(json: #""0000-00-00 00:00:00""#, value: .null),
        Form(json: #""1899-12-30T00:00:00Z""#, value: .instant(-2_209_161_600_000_000)),
        Form(json: #""yesterday""#, value: .null, refusal: "yesterday"),
        Form(json: #""2014-09-31T09:10:11Z""#, value: .null, refusal: "2014-09-31T09:10:11Z"),
        Form(json: #""20140901""#, value: .null, refusal: "20140901"),
        Form(json: "1e99", value: .null, refusal: "1e99"), Form(json: "true", value: .null, refusal: "true"),
        Form(json: "{}", value: .null, refusal: "an object"), Form(json: "[]", value: .null, refusal: "a list"),
        Form(json: #""a\u001b[2Jb""#, value: .null, refusal: "a␛[2Jb"),
    ]

    private static let paris = #"{"account":{"timezone":"Europe/Paris"},"user":{"ids":{"slug":"me"}}}"#
    private static let oneRemark = "1 time without a zone was read as those of Europe/Paris, the account's zone"
    private static let remark = "times without a zone were read as those of Europe/Paris, the account's zone"

    private func check(_ batch: Batch, _ form: Form, _ column: Column, _ position: String, code: String) {
        let values = batch.column(column.name)
        #expect(batch.count == (form.refusal == nil ? 3 : 2))
        #expect(values.count { $0 == .instant(1_783_264_440_000_000) } >= 2)
        if form.refusal == nil {
            #expect(values.contains(form.value))
            #expect(batch.rejections.isEmpty)
        } else {
            #expect(batch.rejections.map(\.code) == [code])
            #expect(
                batch.rejections.map(\.reason)
                    == ["its '\(column.name)' cannot be read as a time: '\(form.refusal ?? "")'"]
            )
            #expect(batch.rejections.map(\.position) == [position])
        }
        #expect(batch.remarks.map(\.text) == (form.isLocal ? [Self.oneRemark] : []))
    }

    private static let good = #""2026-07-05T15:14:00.000Z""#

    @Test(arguments: columns, forms) func `a time in an export is read, placed or refused`(
        column: Column,
        form: Form
    ) async throws {
        let records = [column.record(1, Self.good), column.record(2, form.json), column.record(3, Self.good)]
        let export = try ExportFixture([
            column.file: "[\(records.joined(separator: ","))]", "user-settings.json": Self.paris,
        ])
        for wanted in [nil, Set([column.name, "id"])] {
            let log = StageLog()
            let bench = Bench(log: log)
            let source = try bench.source(
                TraktExportSource.self,
                options: "path = \"\(export.path)\"\ndata = \"\(column.data)\""
            )
            var batch = Batch(source.schema.keeping { wanted?.contains($0.name) ?? true })
            _ = try await source.readPage(at: nil, into: &batch)
            check(batch, form, column, "\(column.file), record 2", code: "trakt-export.time")
            #expect(log.all.isEmpty)
        }
    }

    @Test(arguments: columns, forms) func `a time from the API is read, placed or refused`(
        column: Column,
        form: Form
    ) async throws {
        let records = [column.record(1, Self.good), column.record(2, form.json), column.record(3, Self.good)]
        let trakt = MadeUpTrakt([column.path: records])
        trakt.settings.withLock { $0 = Self.paris }
        let log = StageLog()
        let batch = try await Bench.trakt(trakt, wanted: nil, log: log).read("data = \"\(column.data)\"")
        let position = "\(column.data), page 1, record 2"
        check(batch, form, column, position, code: "trakt.time")
        #expect(log.all.isEmpty, "\(log.all.map { $0.rendered() })")
    }

    @Test func `times of many files are refused by file and record, and counted over all of them`() async throws {
        func page(_ first: Int, _ time: String) -> String {
            let plays = [
                ExportFixture.play(first), ExportFixture.play(first + 1, at: time), ExportFixture.play(first + 2),
            ]
            return "[\(plays.joined(separator: ","))]"
        }
        let export = try ExportFixture([
            "watched-history-1.json": page(1, "soon"), "watched-history-2.json": page(11, "2014-09-01 11:10:11"),
            "watched-history-3.json": page(21, "never"), "watched-history-4.json": page(31, "2014-09-01"),
            "user-settings.json": Self.paris,
        ])
        for batchSize in [1, 2, 3, 1000] {
            let source = try Bench(batchSize: batchSize).source(
                TraktExportSource.self,
                options: "path = \"\(export.path)\"\ndata = \"history\""
            )
            var all = Batch(source.schema)
            var cursor: ExportCursor?
            repeat {
                var batch = Batch(source.schema)
                guard case .at(let next) = try await source.readPage(at: cursor, into: &batch) else {
                    cursor = nil
                    for row in 0..<batch.count { all.append(row, of: batch) }
                    all.adopt(notesOf: &batch)
                    continue
                }
                cursor = next
                for row in 0..<batch.count { all.append(row, of: batch) }
                all.adopt(notesOf: &batch)
            } while cursor != nil
            #expect(all.count == 10)
            #expect(
                all.rejections.map(\.position) == [
                    "watched-history-1.json, record 2", "watched-history-3.json, record 2",
                ]
            )
            #expect(all.remarks.map(\.text) == ["2 \(Self.remark)"])
        }
    }

    @Test func `a refused play of the API does not hide one that came on two pages`() async throws {
        var plays = MadeUpTrakt.plays(500)
        plays[100] = ExportFixture.play(400, at: "soon")
        plays[260] = plays[240]
        let trakt = MadeUpTrakt(["sync/history/movies": plays])
        let bench = Bench.trakt(trakt)
        let source = try bench.source(TraktAPISource.self, "data = \"history\"")
        // What comes twice has the walk made again, once.
        await #expect(throws: StageFailure.self) { try await bench.read(source) }
        let batch = try await bench.read(source)
        #expect(batch.count == 498)
        #expect(batch.rejections.map(\.position) == ["history, page 1, record 101"])
        #expect(batch.filtered == [Filtered("on several pages at Trakt", count: 1)])
    }

    // MARK: Whose zone it is

    @Test func `without a zone of the account, times without one are the machine's, and that is reported`() async throws
    {
        let export = try ExportFixture(["watched-history.json": "[\(ExportFixture.play(1, at: "2014-09-01 05:10:11"))]"]
        )
        let source = try Bench(environment: ["TZ": "America/New_York"]).source(
            TraktExportSource.self,
            options: "path = \"\(export.path)\"\ndata = \"history\""
        )
        var batch = Batch(source.schema)
        _ = try await source.readPage(at: nil, into: &batch)
        #expect(batch.column("watched_at") == [.instant(1_409_562_611_000_000)])
        #expect(
            batch.remarks.map(\.text) == [
                "1 time without a zone was read as those of America/New_York, this machine's zone, since the account's "
                    + "is not known"
            ]
        )
    }

    @Test func `a zone of the account that this machine does not have ends the run`() async throws {
        let play = ExportFixture.play(1, at: "2014-09-01 05:10:11")
        let settings = #"{"account":{"timezone":"Europe/Atlantis"}}"#
        let export = try ExportFixture(["watched-history.json": "[\(play)]", "user-settings.json": settings])
        #expect(try await export.refusal()?.code == "environment.time-zones")
        let trakt = MadeUpTrakt(["sync/history/movies": [play]])
        trakt.settings.withLock { $0 = settings }
        let refusal = try await Bench.trakt(trakt).refusal("data = \"history\"")
        #expect(
            refusal?.message
                == "there are times without a zone, the account's zone is 'Europe/Atlantis', and there is no "
                + "time zone 'Europe/Atlantis'"
        )
    }

    @Test func `settings that cannot be read end the run if days depend on them`() async throws {
        let export = try ExportFixture([
            "watched-history.json": "[\(ExportFixture.play(1))]", "user-settings.json": "{\"account\":",
        ])
        #expect(try await export.refusal()?.code == "trakt-export.settings")
        let source = try Bench().source(
            TraktExportSource.self,
            options: "path = \"\(export.path)\"\ndata = \"history\""
        )
        var batch = Batch(source.schema.keeping { ["id", "watched_at"].contains($0.name) })
        _ = try await source.readPage(at: nil, into: &batch)
        #expect(batch.count == 1)
    }

    @Test func `a zone that is only compared may be missing`() async throws {
        let trakt = MadeUpTrakt(["sync/history/movies": MadeUpTrakt.plays(3)]) { request, _, _ in
            request.url.target == "/users/settings" ? HTTPResponse(status: 503) : nil
        }
        var bench = Bench.trakt(trakt, wanted: ["id", "watched_at", "time_zone"])
        #expect(try await bench.refusal("data = \"history\"")?.code == "trakt.zone")
        bench.optional = ["time_zone"]
        #expect(try await bench.read("data = \"history\"").column("time_zone") == [.null, .null, .null])
    }
}
