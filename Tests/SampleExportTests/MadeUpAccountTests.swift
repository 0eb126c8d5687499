import Formats
import PluginKit
import Testing

@testable import SampleExport

@Suite struct MadeUpAccountTests {
    private let account = MadeUpAccount()

    /// Counted by a program in another language, which read the archive.
    @Test func `it expects what another program counts`() {
        let expected = account.expectations
        #expect(expected.historyRecords == 413)
        #expect(expected.filmPlays == 284)
        #expect(expected.watchedFilms == 173)
        #expect(expected.datedRows.count == 276)
        #expect(expected.undatedRows.count == 2)
        #expect(expected.ratings.count == 124)
        #expect(expected.watchlist.count == 18)
    }

    @Test func `its days are those of the time zone database`() throws {
        var days = try TimeZones().rules(for: MadeUpAccount.timeZone).localDays
        for time in account.history.plays.compactMap(\.time) {
            #expect(days.day(ofMicroseconds: time.milliseconds * 1000) == time.day, "\(time.traktText)")
        }
    }

    @Test(arguments: [
        (BerlinTime(2015, 3, 29, 0, 30), "2015-03-28T23:30:00.000Z"),
        (BerlinTime(2020, 3, 29, 3, 15), "2020-03-29T01:15:00.000Z"),
        (BerlinTime(2018, 10, 28, 0, 30), "2018-10-27T22:30:00.000Z"),
        (BerlinTime(2018, 10, 28, 23, 30), "2018-10-28T22:30:00.000Z"),
        (BerlinTime(1931, 11, 20, 20, 0), "1931-11-20T19:00:00.000Z"),
    ])
    func `summer time begins in March and ends in October`(time: BerlinTime, expected: String) {
        #expect(time.traktText == expected)
    }

    @Test func `its numbers lie where no film's do`() {
        let films =
            account.history.plays.compactMap(\.film) + account.ratings.map(\.film)
            + account.watchlist.compactMap(\.film)
        #expect(films.allSatisfy { $0.trakt > 80_000_000 && $0.tmdb ?? .max > 90_000_000 })
        #expect(films.compactMap(\.imdb).allSatisfy { $0.isEmpty || $0.hasPrefix("tt9000") })
    }

    @Test func `two films differ in their ids, or in title and year`() {
        let films = Set(
            account.history.plays.compactMap(\.film) + account.ratings.map(\.film)
                + account.watchlist.compactMap(\.film)
        )
        #expect(Set(films.map(\.trakt)).count == films.count)
        let nameless = films.filter { $0.tmdb == nil && ($0.imdb ?? "").isEmpty }
        #expect(nameless.count == 2)
        for film in nameless { #expect(films.count { $0.title == film.title && $0.year == film.year } == 1) }
    }

    @Test func `the pages are cut as Trakt cuts them`() {
        let pages = HistoryPages(account.history).pages
        #expect(pages.map(\.count) == [40, 40, 40, 40, 38, 40, 40, 40, 40, 40, 15])
        #expect(pages[6].last == pages[7].first)
        let plays = pages.flatMap(\.self)
        #expect(zip(plays, plays.dropFirst()).allSatisfy { $0.milliseconds >= $1.milliseconds })
        #expect(Set(plays.map(\.id)).count == plays.count - 1)
        #expect(plays.contains { $0.id > UInt32.max })
    }

    @Test(
        arguments: [
            ("unknown dates", "1970-01-01T00:00:00.000Z"), ("an escape of JSON", "\\u4f1a"),
            ("half a character", "\\ud83d\\udc69"),
            ("an escaped slash", "Either\\/Or"), ("no year", "\"year\":null"), ("no IMDb id", "\"imdb\":null"),
            ("an empty IMDb id", "\"imdb\":\"\""), ("no TMDb id", "\"tmdb\":null"), ("Plex", "\"plex\":{"),
            ("ratings", "\"my_rating\":"), ("counts", "\"total_count\":"), ("TVRage", "\"tvrage\":null"),
            ("whole films", "\"overview\":"), ("a quote", "\\\"Last\\\""),
            ("keys backwards", "\"movie\":{\"ids\":{\"tmdb\""),
        ]
    )
    func `the history has its oddities`(what: String, text: String) {
        let history = account.files.filter { $0.name.hasPrefix("watched-history") }
        #expect(history.contains { String(decoding: $0.bytes, as: UTF8.self).contains(text) }, "\(what)")
    }
}
