import PluginKit
import Records
import Testing

@Suite struct DiaryTests {
    static let header = "tmdbID,imdbID,Title,Year,WatchedDate,Rating10,Rewatch"

    @Test func `the smallest files of the format's description come out as they stand there`() async throws {
        let run = try await SinkRun([
            [
                "tmdb": 155, "imdb": "tt0468569", "title": "The Dark Knight", "year": 2008,
                "watched_at": at("2014-03-31T20:00:00Z"), "rating": 10,
            ],
            [
                "tmdb": 146, "imdb": "tt0190332", "title": "Crouching Tiger, Hidden Dragon", "year": 2000,
                "watched_at": at("2025-06-01T20:00:00Z"),
            ],
            [
                "tmdb": 1_389_369, "imdb": "tt21832076",
                "title": "The Hobbit: The Battle of Five Armies (Extended Edition)",
                "watched_at": at("2025-12-25T20:00:00Z"),
            ],
            ["tmdb": 13, "rating": 8],
        ])
        #expect(
            run.files == [
                "films.csv": """
                tmdbID,imdbID,Title,Year,WatchedDate,Rating10,Rewatch
                155,tt0468569,The Dark Knight,2008,2014-03-31,10,false
                146,tt0190332,"Crouching Tiger, Hidden Dragon",2000,2025-06-01,,false
                1389369,tt21832076,The Hobbit: The Battle of Five Armies (Extended Edition),,2025-12-25,,false
                13,,,,,8,

                """
            ]
        )
        #expect(run.delivery.written == 4)
        #expect(run.delivery.files.map(\.records) == [4])
        #expect(run.delivery.files.map(\.bytes) == [run.files["films.csv"]?.utf8.count])
        #expect(run.filtered == [:])
        #expect(run.names == ["films.csv"])
    }

    @Test func `only the first viewing is no rewatch, whatever order the viewings come in`() async throws {
        let days = ["2020-05-01", "2012-03-04", "2016-07-08"]
        let run = try await SinkRun(days.map { ["tmdb": 1, "watched_at": at($0)] })
        #expect(
            run.lines == [
                Self.header, "1,,,,2012-03-04,,false", "1,,,,2016-07-08,,true", "1,,,,2020-05-01,,true",
            ]
        )
    }

    @Test(arguments: [
        ("newest", ["1,,,,2012-03-04,,false", "1,,,,2016-07-08,,true", "1,,,,2020-05-01,9,true"]),
        ("every", ["1,,,,2012-03-04,7,false", "1,,,,2016-07-08,,true", "1,,,,2020-05-01,9,true"]),
    ])
    func `the rating goes to the newest viewing or stays with each`(placement: String, rows: [String]) async throws {
        let run = try await SinkRun(
            [
                ["tmdb": 1, "watched_at": at("2020-05-01"), "rating": 9],
                ["tmdb": 1, "watched_at": at("2012-03-04"), "rating": 7],
                ["tmdb": 1, "watched_at": at("2016-07-08"), "rating": 0],
            ],
            "rating = \"\(placement)\""
        )
        #expect(run.lines == [Self.header] + rows)
    }

    @Test func `a newest viewing without a rating takes the newest that the film has`() async throws {
        let run = try await SinkRun([
            ["tmdb": 1, "watched_at": at("2020-05-01")],
            ["tmdb": 1, "watched_at": at("2016-03-04"), "rating": 7],
            ["tmdb": 1, "watched_at": at("2012-03-04"), "rating": 5],
        ])
        #expect(
            run.lines == [Self.header, "1,,,,2012-03-04,,false", "1,,,,2016-03-04,,true", "1,,,,2020-05-01,7,true"]
        )
    }

    @Test func `two viewings on one day are one entry with the newer rating, all tags and both reviews`() async throws {
        let run = try await SinkRun([
            [
                "tmdb": 1, "watched_at": at("2020-05-01T22:00:00Z"), "rating": 8, "tags": "Cinema, 70mm",
                "review": "Better the second time",
            ],
            [
                "tmdb": 1, "watched_at": at("2020-05-01T09:00:00Z"), "rating": 6, "tags": "cinema,matinee",
                "review": "So \"so\"",
            ],
            ["tmdb": 1, "watched_at": at("2020-05-01T23:00:00Z")],
        ])
        #expect(
            run.files == [
                "films.csv": """
                tmdbID,imdbID,Title,Year,WatchedDate,Rating10,Rewatch,Tags,Review
                1,,,,2020-05-01,8,false,"cinema,matinee,70mm","So &quot;so&quot;

                Better the second time"

                """
            ]
        )
        #expect(run.delivery.written == 1)
        #expect(run.filtered == ["second viewing on one day": 2])
    }

    @Test func `a row without a date is written only for a film without a dated one`() async throws {
        let run = try await SinkRun([
            ["tmdb": 1, "rating": 4, "review": "Seen long ago"],
            ["tmdb": 1, "watched_at": at("2020-05-01")],
            ["tmdb": 2, "rating": 5, "rated_at": at("2019-01-01T00:00:00Z"), "title": "Two"],
            ["tmdb": 2, "rating": 7, "rated_at": at("2021-01-01T00:00:00Z"), "title": "Two"],
            ["tmdb": 2, "title": "Two"],
        ])
        // The rating and the review of the undated row go to the viewing, which has none of its own.
        #expect(
            run.lines == [
                Self.header + ",Review",
                "1,,,,2020-05-01,4,false,Seen long ago".replacing("Seen long ago", with: "\"Seen long ago\""),
                "2,,Two,,,7,,",
            ]
        )
        #expect(
            run.filtered == [
                "without a date, of films with a dated viewing": 1, "further rows without a date of one film": 2,
            ]
        )
    }

    @Test(arguments: [(false, "false"), (true, "true")])
    func `an undated viewing makes dated ones rewatches if asked to`(isFirst: Bool, rewatch: String) async throws {
        let run = try await SinkRun(
            [["tmdb": 1], ["tmdb": 1, "watched_at": at("2020-05-01")]],
            "undated_first = \(isFirst)"
        )
        #expect(run.lines == [Self.header, "1,,,,2020-05-01,,\(rewatch)"])
    }

    @Test(
        arguments: [
            (nil, "false"), (0, "false"), (1, "false"), (2, "false"), (3, "true"), (5_000_000, "true"), (-1, "false"),
        ] as [(Int?, String)]
    )
    func `a film that was seen more often than there are rows was seen before the first`(
        plays: Int?,
        rewatch: String
    ) async throws {
        var first: SinkRun.Record = ["tmdb": 1, "watched_at": at("2020-05-01")]
        first["plays"] = plays.map { .integer(Int64($0)) }
        // Two viewings on one day are one entry, and two viewings all the same.
        let second: SinkRun.Record = ["tmdb": 1, "watched_at": at("2020-05-01T20:00:00Z")]
        let other: SinkRun.Record = ["tmdb": 2, "watched_at": at("2020-05-02")]
        let run = try await SinkRun([first, second, other])
        #expect(run.lines == [Self.header, "1,,,,2020-05-01,,\(rewatch)", "2,,,,2020-05-02,,false"])
    }

    @Test func `rows are sorted by day and time, undated ones come last`() async throws {
        let run = try await SinkRun([
            ["tmdb": 3], ["tmdb": 5, "watched_at": at("2020-05-02T01:00:00Z")],
            ["tmdb": 9, "watched_at": at("2020-05-01T20:00:00Z")],
            ["tmdb": 4, "watched_at": at("1895-12-28T20:00:00Z")],
            ["tmdb": 7, "watched_at": at("2020-05-01T08:00:00Z")], ["tmdb": 2],
        ])
        #expect(run.lines.dropFirst().map { $0.prefix(1) } == ["4", "7", "9", "5", "2", "3"])
    }

    @Test func `a film is known by its TMDb id, else its IMDb id, else its link, else title and year`() async throws {
        let day = { (day: Int) in at("2020-05-0\(day)") }
        let run = try await SinkRun([
            ["tmdb": 1, "imdb": "tt1", "watched_at": day(1)], ["tmdb": 1, "imdb": "tt2", "watched_at": day(2)],
            ["imdb": "tt0001", "watched_at": day(3)], ["imdb": "tt001", "watched_at": day(4)],
            ["imdb": "tt0001", "title": "Other", "watched_at": day(5)],
            ["letterboxd_uri": "https://boxd.it/a", "title": "A", "watched_at": day(6)],
            ["letterboxd_uri": "https://boxd.it/a", "title": "B", "watched_at": day(7)],
            ["title": "A", "year": 1990, "watched_at": day(8)], ["title": "A", "year": 1991, "watched_at": day(9)],
            ["title": "A", "year": 1990, "watched_at": at("2020-05-10")],
            // These are no ids, so the titles count.
            ["tmdb": 0, "imdb": "", "title": "C", "watched_at": at("2020-05-11")],
            ["tmdb": -4, "imdb": "nm0000001", "title": "C", "watched_at": at("2020-05-12")],
        ])
        #expect(
            run.lines == [
                Self.header + ",LetterboxdURI",
                "1,tt1,,,2020-05-01,,false,", "1,tt2,,,2020-05-02,,true,",
                ",tt0001,,,2020-05-03,,false,", ",tt001,,,2020-05-04,,false,", ",tt0001,Other,,2020-05-05,,true,",
                ",,A,,2020-05-06,,false,https://boxd.it/a", ",,B,,2020-05-07,,true,https://boxd.it/a",
                ",,A,1990,2020-05-08,,false,", ",,A,1991,2020-05-09,,false,", ",,A,1990,2020-05-10,,true,",
                ",,C,,2020-05-11,,false,", ",,C,,2020-05-12,,true,",
            ]
        )
        #expect(run.delivery.remarks == ["rows without an id: 5; Letterboxd searches these films by title"])
    }

    @Test func `constant tags stand in dated rows, after a row's own`() async throws {
        let run = try await SinkRun(
            [
                ["tmdb": 1, "watched_at": at("2020-05-01"), "tags": "home, \"trakt\" , TRAKT"],
                ["tmdb": 2, "watched_at": at("2020-05-02")], ["tmdb": 3, "tags": "never used"],
            ],
            "tags = [\"Trakt\", \"a, b\", \"\"]"
        )
        #expect(
            run.lines == [
                Self.header + ",Tags", "1,,,,2020-05-01,,false,\"home,trakt,a b\"",
                "2,,,,2020-05-02,,false,\"Trakt,a b\"", "3,,,,,,,",
            ]
        )
    }

    @Test func `titles can be kept back where there is an id`() async throws {
        let films: [SinkRun.Record] = [
            ["tmdb": 1, "title": "One", "year": 2001, "watched_at": at("2020-05-01")],
            ["imdb": "tt2", "title": "Two", "year": 2002, "watched_at": at("2020-05-02")],
        ]
        #expect(
            try await SinkRun(films, "titles = false").lines == [
                "tmdbID,imdbID,WatchedDate,Rating10,Rewatch", "1,,2020-05-01,,false", ",tt2,2020-05-02,,false",
            ]
        )
        let third: SinkRun.Record = [
            "title": "Three", "year": 2003, "directors": "A, B", "watched_at": at("2020-05-03"),
        ]
        #expect(
            try await SinkRun(films + [third], "titles = false").lines == [
                Self.header + ",Directors", "1,,,,2020-05-01,,false,", ",tt2,,,2020-05-02,,false,",
                ",,Three,2003,2020-05-03,,false,\"A, B\"",
            ]
        )
    }

    @Test func `dates in the future are kept and reported`() async throws {
        // The run is of 2026-11-23; a day more may be the other zone's today.
        let run = try await SinkRun([
            ["tmdb": 1, "watched_at": at("2026-11-24")], ["tmdb": 2, "watched_at": at("2026-11-25")],
            ["tmdb": 3, "watched_at": at("2031-01-01")],
        ])
        #expect(run.delivery.written == 3)
        #expect(run.log.all.map(\.code.name) == ["letterboxd.future"])
        #expect(run.log.all.map(\.message) == ["2 viewings have a date in the future"])
        #expect(run.log.all.map(\.severity) == [.warning])
    }

    @Test func `a rating beyond the scale is left empty and reported once`() async throws {
        let run = try await SinkRun([
            ["tmdb": 1, "rating": 11], ["tmdb": 2, "rating": -1], ["tmdb": 3, "rating": 0], ["tmdb": 4, "rating": 1],
        ])
        #expect(run.lines.dropFirst() == ["1,,,,,,", "2,,,,,,", "3,,,,,,", "4,,,,,1,"])
        #expect(run.log.all.map(\.code.name) == ["letterboxd.rating"])
    }
}
