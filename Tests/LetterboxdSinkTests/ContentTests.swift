import PluginKit
import Records
import Testing

@Suite struct ContentTests {
    @Test func `ratings have one row a film, the newest, oldest first`() async throws {
        let run = try await SinkRun(
            [
                ["tmdb": 1, "title": "One", "year": 2001, "rating": 6, "rated_at": at("2020-01-01T10:00:00Z")],
                ["tmdb": 2, "title": "Two", "year": 2002, "rating": 7, "rated_at": at("2019-01-01T10:00:00Z")],
                ["tmdb": 1, "title": "One", "year": 2001, "rating": 9, "rated_at": at("2018-01-01T10:00:00Z")],
                ["tmdb": 3, "rating": .null], ["tmdb": 4, "rating": 0],
                ["tmdb": 5, "rating": 3], ["tmdb": 6, "rating": 12], ["type": "show", "tmdb": 7, "rating": 5],
            ],
            "content = \"ratings\""
        )
        #expect(
            run.lines == [
                "tmdbID,imdbID,Title,Year,Rating10", "5,,,,3", "2,,Two,2002,7", "1,,One,2001,6",
            ]
        )
        #expect(run.filtered == ["films without a rating": 2, "shows": 1, "older ratings of one film": 1])
        #expect(
            run.rejections.map { "\($0.code): \($0.reason)" } == [
                "letterboxd.rating: the rating is not a number from 1 to 10"
            ]
        )
    }

    @Test func `ratings may be decimals, of which those with a fraction are rejected`() async throws {
        let schema: Schema = ["tmdb": .integer, "rating": .decimal]
        func decimal(_ text: String) -> Value { ExactDecimal(text).map(Value.decimal) ?? .null }
        let run = try await SinkRun(
            [
                ["tmdb": 1, "rating": decimal("6")], ["tmdb": 2, "rating": decimal("7.0")],
                ["tmdb": 3, "rating": decimal("7.5")], ["tmdb": 4, "rating": decimal("0")], ["tmdb": 5],
            ],
            "content = \"ratings\"",
            schema: schema
        )
        #expect(run.lines.dropFirst().sorted() == ["1,,,,6", "2,,,,7"])
        #expect(run.filtered == ["films without a rating": 2])
        #expect(run.rejections.map(\.code) == ["letterboxd.rating"])
    }

    @Test func `a watchlist keeps the order of the input, each film once`() async throws {
        let run = try await SinkRun(
            [
                ["tmdb": 5, "title": "Five"], ["tmdb": 3, "review": "not for a watchlist"], ["tmdb": 5], ["tmdb": 9],
                ["tmdb": 1],
            ],
            "content = \"watchlist\""
        )
        #expect(run.lines == ["tmdbID,imdbID,Title,Year", "5,,Five,", "3,,,", "9,,,", "1,,,"])
        #expect(run.filtered == ["a film's second place on the list": 1])
    }

    @Test func `a list is in the order of its ranks, with notes`() async throws {
        let run = try await SinkRun(
            [
                ["tmdb": 5, "rank": 3], ["tmdb": 3, "rank": .null], ["tmdb": 9, "rank": 1, "review": "The \"best\""],
                ["tmdb": 5, "rank": 2, "title": "Five"], ["tmdb": 4, "rank": -1],
            ],
            "content = \"list\""
        )
        #expect(
            run.lines == [
                "tmdbID,imdbID,Title,Year,Review", "4,,,,", "9,,,,\"The &quot;best&quot;\"", "5,,Five,,", "3,,,,",
            ]
        )
    }

    @Test func `a list without notes has the column nevertheless`() async throws {
        #expect(
            try await SinkRun([["tmdb": 5]], "content = \"list\"").lines == [
                "tmdbID,imdbID,Title,Year,Review", "5,,,,",
            ]
        )
    }

    @Test(arguments: ["diary", "ratings", "watchlist", "list"])
    func `nothing to write makes no file and a remark`(content: String) async throws {
        for records: [SinkRun.Record] in [[], [["type": "show", "tmdb": 1]]] {
            let run = try await SinkRun(records, "content = \"\(content)\"")
            #expect(run.files == [:])
            #expect(run.names == [])
            #expect(run.delivery.written == 0)
            #expect(run.delivery.remarks == ["there was nothing to write, so there is no films.csv"])
        }
    }
}
