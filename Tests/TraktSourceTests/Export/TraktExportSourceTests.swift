import Diagnostics
import PluginKit
import PluginTestKit
import Records
import Testing

@testable import TraktSource

@Suite struct TraktExportSourceTests {
    @Test(arguments: ExportFixture.Form.allCases)
    func `a play becomes a record with the film's ids`(form: ExportFixture.Form) async throws {
        let export = try ExportFixture(
            [
                "watched-history.json": """
                [{"id":13062230456,"watched_at":"2026-07-05T15:14:00.000Z","action":"scrobble","type":"movie",\
                "movie":{"ids":{"imdb":"tt0111503","plex":{"guid":"5d77","slug":"true-lies"},"slug":"true-lies-1994",\
                "tmdb":36955,"trakt":23560},"year":1994,"title":"True Lies"}}]
                """
            ],
            as: form
        )
        let plays = try await export.records("history")
        #expect(plays.count == 1)
        #expect(plays.column("id") == [13_062_230_456])
        #expect(plays.column("watched_at") == [.instant(1_783_264_440_000_000)])
        #expect(plays.column("action") == ["scrobble"])
        #expect(plays.column("title") == ["True Lies"])
        #expect(plays.column("year") == [1994])
        #expect(plays.column("trakt") == [23560])
        #expect(plays.column("slug") == ["true-lies-1994"])
        #expect(plays.column("imdb") == ["tt0111503"])
        #expect(plays.column("tmdb") == [36955])
        #expect(plays.column("show_title") == [nil])
    }

    @Test func `an episode never lends its show's numbers to a film`() async throws {
        let export = try ExportFixture([
            "watched-history.json": """
            [{"id":1,"watched_at":"2014-02-27T09:28:53Z","action":"checkin","type":"episode",\
            "episode":{"season":2,"number":1,"title":"Pawnee Zoo","ids":{"trakt":251,"imdb":"","tmdb":397629}},\
            "show":{"title":"Parks and Recreation","year":2009,"ids":{"trakt":4,"tvdb":84912,"tmdb":8592}}}]
            """
        ])
        let plays = try await export.records("history")
        for column in ["title", "year", "trakt", "slug", "imdb", "tmdb", "episode_imdb"] {
            #expect(plays.column(column) == [nil], "\(column)")
        }
        #expect(plays.column("type") == ["episode"])
        #expect(plays.column("show_title") == ["Parks and Recreation"])
        #expect(plays.column("show_tmdb") == [8592])
        #expect(plays.column("season") == [2])
        #expect(plays.column("episode") == [1])
        #expect(plays.column("episode_title") == ["Pawnee Zoo"])
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00.000Z", Value.null), ("1970-01-01T00:00:01Z", nil), ("1970-01-01T00:01:00.000Z", nil),
        ("1970-01-01T00:02:00.000Z", .instant(120_000_000)), ("1969-12-31T23:59:00.000Z", .instant(-60_000_000)),
        ("1895-12-28T20:00:00.000Z", .instant(-2_335_492_800_000_000)),
    ])
    func `the first minute of 1970 is no date`(written: String, read: Value) async throws {
        let export = try ExportFixture(["watched-history.json": "[\(ExportFixture.play(1, at: written))]"])
        #expect(try await export.records("history").column("watched_at") == [read])
    }

    @Test func `missing, null and strange values are nulls`() async throws {
        let export = try ExportFixture([
            "watched-history.json": """
            [{"type":"movie","movie":{"title":"A","year":null,"ids":{"trakt":7,"imdb":null,"tmdb":null}},"id":1},
             {"id":2,"type":"movie","watched_at":null,"movie":null,"new_key":{"deep":[1,{"x":"}]"}]}},
             {"movie":{"ids":{"imdb":"","tmdb":"36955","trakt":9},"year":"1994","title":"B \\u0022q\\u0022"},"id":3,"type":"movie"}]
            """
        ])
        let plays = try await export.records("history")
        #expect(plays.column("title") == ["A", nil, "B \"q\""])
        #expect(plays.column("year") == [nil, nil, 1994])
        #expect(plays.column("imdb") == [nil, nil, nil])
        #expect(plays.column("tmdb") == [nil, nil, 36955])
        #expect(plays.column("trakt") == [7, nil, 9])
        #expect(plays.column("watched_at") == [nil, nil, nil])
    }

    @Test(arguments: ExportFixture.Form.allCases, [1, 2, 3, 1000])
    func `pages follow their numbers, not their letters`(form: ExportFixture.Form, batchSize: Int) async throws {
        let order = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
        let export = try ExportFixture(
            [
                "watched-history-10.json": "[\(ExportFixture.play(10))]",
                "watched-history-2.json": "[\(ExportFixture.play(2)),\(ExportFixture.play(3))]",
                "watched-history-12.json": "[\(ExportFixture.play(12))]",
                "watched-history-1.json": "[\(ExportFixture.play(1))]",
                "watched-history-9.json": "[\(ExportFixture.play(9))]",
                "watched-history-11.json": "[\(ExportFixture.play(11))]",
                "watched-history-3.json":
                    "[\(ExportFixture.play(4)),\(ExportFixture.play(5)),\(ExportFixture.play(6))]",
                "watched-history-4.json": "[]",
                "watched-history-5.json": "[\(ExportFixture.play(7))]",
                "watched-history-6.json": "[]",
                "watched-history-7.json": "[\(ExportFixture.play(8))]",
                "watched-history-8.json": "[]",
            ],
            as: form
        )
        let plays = try await export.records("history", batchSize: batchSize)
        #expect(plays.column("id") == order.map { .integer(Int64($0)) })
    }

    @Test func `small files fill a batch together, and each record is known by its own`() async throws {
        let export = try ExportFixture([
            "watched-history-1.json": "[\(ExportFixture.play(1)),\(ExportFixture.play(2))]",
            "watched-history-2.json": "[]",
            "watched-history-3.json": "[\(ExportFixture.play(3)),\(ExportFixture.play(4)),\(ExportFixture.play(5))]",
            "watched-history-4.json": "[\(ExportFixture.play(6))]",
        ])
        let source = try Bench(batchSize: 4).source(
            TraktExportSource.self,
            options: "path = \"\(export.path)\"\ndata = \"history\""
        )
        var batch = Batch(source.schema)
        guard case .at(let cursor) = try await source.readPage(at: nil, into: &batch) else {
            Issue.record("there is more")
            return
        }
        #expect(cursor == ExportCursor(page: 2, record: 2))
        #expect(
            (0..<4).map { batch.position(of: $0) } == [
                "watched-history-1.json, record 1", "watched-history-1.json, record 2",
                "watched-history-3.json, record 1", "watched-history-3.json, record 2",
            ]
        )
        var rest = Batch(source.schema)
        guard case .pages(let checks) = try await source.readPage(at: cursor, into: &rest), let check = checks.first
        else {
            Issue.record("the check comes next")
            return
        }
        var nothing = Batch(source.schema)
        guard case .end = try await source.readPage(at: check, into: &nothing) else {
            Issue.record("there is no more")
            return
        }
        #expect(nothing.isEmpty)
        #expect(
            (0..<rest.count).map { rest.position(of: $0) }
                == ["watched-history-3.json, record 3", "watched-history-4.json, record 1"]
        )
    }

    @Test(arguments: [
        "watched-history.json", "Watched-History-1.JSON", "trakt-export/watched-history-1.json",
        "somebody/watched/history-1.json", "watched/history.json", "a/b/watched/watched-history-1.json",
    ])
    func `the flat and the older layouts are known`(name: String) async throws {
        let export = try ExportFixture([
            name: "[\(ExportFixture.play(1))]", "__MACOSX/watched-history-2.json": "no json",
            "._watched-history-3.json": "\u{1}",
            "somebody/.DS_Store": "\u{1}",
        ])
        #expect(try await export.records("history").count == 1)
    }

    @Test func `a record without a type gets that of its object or its file`() async throws {
        let export = try ExportFixture([
            "ratings-movies.json":
                #"[{"rating":8,"rated_at":"2015-01-28T02:26:37.000Z","movie":{"title":"A","ids":{"trakt":1}}},{"rating":3,"movie":null}]"#,
            "ratings-shows.json": #"[{"rating":7,"show":{"title":"B","ids":{"trakt":2}}}]"#,
            "ratings-seasons.json": #"[{"rating":6,"season":{"number":0},"show":{"title":"B"}}]"#,
            "ratings-episodes.json": #"[{"rating":5,"episode":{"season":1,"number":2},"show":{"title":"B"}}]"#,
        ])
        let ratings = try await export.records("ratings")
        #expect(ratings.column("type") == ["movie", "movie", "show", "season", "episode"])
        #expect(ratings.column("rating") == [8, 3, 7, 6, 5])
        #expect(ratings.column("trakt") == [1, nil, nil, nil, nil])
        #expect(ratings.column("season") == [nil, nil, nil, 0, 1])
    }

    @Test func `replies to other comments are left out`() async throws {
        let export = try ExportFixture([
            "comments-movies.json": """
            [{"type":"movie","movie":{"title":"A","ids":{"trakt":1}},"comment":{"id":5,"parent_id":0,"comment":"Great kickoff to it all!","spoiler":false,"review":true,"user_rating":9,"created_at":"2015-04-25T00:14:57.000Z"}},
             {"type":"movie","movie":{"title":"A","ids":{"trakt":1}},"comment":{"id":6,"parent_id":5,"comment":"I agree","spoiler":true,"review":false,"user_rating":null}}]
            """
        ])
        let comments = try await export.records("comments")
        #expect(comments.column("comment") == ["Great kickoff to it all!"])
        #expect(comments.column("rating") == [9])
        #expect(comments.column("is_review") == [true])
        #expect(comments.column("created_at") == [.instant(1_429_920_897_000_000)])
    }

    @Test(arguments: [
        ("top-100", [1]), ("21", [2, 3]), ("top", [2, 3]), ("21-top", [2, 3]), ("20", [1]), ("TOP-100", [1]),
        ("films-of-2026", [4]),
    ])
    func `a list is found by its address or number, even when its address ends in a number`(
        name: String,
        ids: [Int64]
    ) async throws {
        let export = try ExportFixture([
            "lists-list-20-top-100.json": #"[{"rank":1,"id":1,"type":"movie"}]"#,
            "lists-list-21-top-1.json": #"[{"rank":1,"id":2,"type":"movie"}]"#,
            "lists-list-21-top-2.json": #"[{"rank":2,"id":3,"type":"movie"}]"#,
            "lists-list-22-films-of-2026.json": #"[{"rank":1,"id":4,"type":"movie"}]"#,
        ])
        #expect(try await export.records("lists/\(name)").column("id") == ids.map { .integer($0) })
    }

    @Test(arguments: [
        (
            "watched", "watched-movies.json",
            #"[{"plays":3,"last_watched_at":"2026-07-05T15:14:00.000Z","movie":{"title":"A"}}]"#, "plays",
            Value.integer(3)
        ),
        (
            "watchlist", "lists/watchlist.json",
            #"[{"rank":9,"id":1,"listed_at":"2025-03-25T18:35:34.000Z","notes":"soon","type":"movie","movie":{"title":"A"}}]"#,
            "notes", "soon"
        ),
        ("favorites", "lists-favorites.json", #"[{"rank":2,"id":1,"type":"movie","movie":{"title":"A"}}]"#, "rank", 2),
        (
            "collection", "collection-movies-1.json",
            #"[{"collected_at":"2014-09-01T09:10:11.000Z","movie":{"title":"A"}}]"#, "collected_at",
            .instant(1_409_562_611_000_000)
        ),
    ])
    func `every kind of data has its columns`(
        data: String,
        file: String,
        json: String,
        column: String,
        value: Value
    ) async throws {
        let records = try await ExportFixture([file: json]).records(data)
        #expect(records.column(column) == [value])
        #expect(records.column("title") == ["A"])
        #expect(records.column("type") == ["movie"])
    }
}
