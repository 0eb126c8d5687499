import Diagnostics
import Formats
import PluginKit
import Testing

@testable import SampleExport

@Suite struct TraktAccountTests {
    /// The two are written by different code, and read by many tests as if they were one.
    @Test func `the account of the sample is what the shipped export holds`() throws {
        let shipped = try MadeUpAccount().files.map { ($0.name, try plain($0)) }
        let made = try TraktAccount(MadeUpAccount()).files(pageSize: 40).map { ($0.name, try plain($0)) }
        for kind in Self.compared {
            let shippedItems = shipped.filter { $0.0.hasPrefix(kind) }.sorted { $0.0 < $1.0 }.flatMap(\.1)
            let madeItems = made.filter { $0.0.hasPrefix(kind) }.sorted { $0.0 < $1.0 }.flatMap(\.1)
            #expect(Set(shippedItems) == Set(madeItems), "\(kind)")
            #expect(!madeItems.isEmpty, "\(kind)")
        }
        #expect(Set(shipped.map(\.0)) == Set(made.map(\.0)))
    }

    private static let compared = [
        "watched-history", "watched-movies", "watched-shows", "ratings-movies", "ratings-shows", "ratings-seasons",
        "ratings-episodes", "lists-watchlist", "lists-favorites", "lists-lists", "lists-list-90000001",
        "lists-list-90000002", "collection-movies", "collection-shows", "comments-movies", "comments-shows",
        "user-settings",
    ]

    /// The items of a file without what comes and goes, with their keys sorted.
    private func plain(_ file: ExportFile) throws -> [JSONValue] {
        let value = try JSONValue(parsing: file.bytes, name: file.name)
        return (value.array ?? [value]).map(Self.stripped)
    }

    private static let fleeting: Set<String> = ["plex", "tvrage", "my_rating", "total_count"]
    private static let ofFilm: Set<String> = ["title", "year", "ids"]

    private static func stripped(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let values): return .array(values.map(stripped))
        case .object(let members):
            let kept = members.filter { !fleeting.contains($0.key) }.map { member -> JSONValue.Member in
                guard member.key == "movie", let film = member.value.object else {
                    return .init(member.key, value: stripped(member.value))
                }
                return .init("movie", value: stripped(.object(film.filter { ofFilm.contains($0.key) })))
            }
            return .object(kept.sorted { $0.key < $1.key })
        default: return value
        }
    }

    @Test func `the account of the sample expects what the sample expects, but for the play on two pages`() {
        let sample = MadeUpAccount().expectations
        let account = TraktAccount(MadeUpAccount()).expectations
        #expect(account.historyRecords == 412)
        #expect(sample.historyRecords == 413)
        #expect(account.datedRows == sample.datedRows)
        #expect(account.undatedRows == sample.undatedRows)
        #expect(account.ratings == sample.ratings)
        #expect(account.watchlist == sample.watchlist)
    }

    @Test func `an account is the same for the same seed and another for another`() {
        let account = TraktAccount(AccountSize(seed: 3, plays: 400))
        #expect(TraktAccount(AccountSize(seed: 3, plays: 400)).plays == account.plays)
        #expect(TraktAccount(AccountSize(seed: 4, plays: 400)).plays != account.plays)
    }

    @Test(arguments: [(0, 0), (1, 1), (2500, 300)])
    func `an account has as many plays and ratings of films as it was asked for`(plays: Int, ratings: Int) {
        let account = TraktAccount(AccountSize(plays: plays, ratings: ratings))
        #expect(account.plays.count { $0.film != nil } == plays)
        #expect(account.plays.count { $0.film == nil } == plays / 10)
        #expect(account.ratings.count { $0.title.film != nil } == ratings)
        #expect(account.expectations.ratings.count == ratings)
    }

    @Test func `its days are those of the time zone database, odd ones too`() throws {
        var days = try TimeZones().rules(for: MadeUpAccount.timeZone).localDays
        for time in TraktAccount(AccountSize(plays: 20_000)).plays.compactMap(\.time) {
            #expect(days.day(ofMicroseconds: time.milliseconds * 1000) == time.day, "\(time.traktText)")
            #expect(BerlinTime(milliseconds: time.milliseconds) == time, "\(time.traktText)")
        }
    }

    @Test func `plays are newest first, and their numbers different and beyond 32 bits`() {
        let plays = TraktAccount(AccountSize(plays: 3000)).plays
        #expect(zip(plays, plays.dropFirst()).allSatisfy { ($0.milliseconds, $0.id) > ($1.milliseconds, $1.id) })
        #expect(Set(plays.map(\.id)).count == plays.count)
        #expect(plays.contains { $0.id > UInt32.max })
    }

    @Test func `a large account has the oddities of real ones`() {
        let account = TraktAccount(AccountSize(plays: 5000))
        let films = Set(account.plays.compactMap(\.film))
        #expect(account.plays.contains { $0.time == nil })
        #expect(account.plays.contains { $0.watchedAt.hasPrefix("1895") })
        #expect(account.plays.contains { $0.watchedAt.hasPrefix("2027") })
        #expect(account.plays.contains { !$0.watchedAt.hasSuffix(":00.000Z") })
        #expect(zip(account.plays, account.plays.dropFirst()).contains { $0.milliseconds == $1.milliseconds })
        #expect(films.contains { $0.year == nil })
        #expect(films.contains { $0.imdb == nil && $0.tmdb != nil })
        #expect(films.contains { $0.imdb == "" })
        #expect(films.contains { $0.imdb != nil && $0.tmdb == nil })
        #expect(films.contains { $0.imdb == nil && $0.tmdb == nil })
        #expect(Set(films.map(\.title)).count < films.count)
        #expect(films.contains { $0.title.contains("\"") })
        #expect(films.contains { $0.title.contains("³") })
        #expect(films.contains { $0.title.unicodeScalars.contains { $0.value > 0xFFFF } })
        #expect(account.watchedFilms.contains { $0.plays.count > 2 })
    }

    @Test func `films without ids are distinguished by title and year`() {
        let films = Set(TraktAccount(AccountSize(plays: 5000)).plays.compactMap(\.film))
        for film in films where film.tmdb == nil && (film.imdb ?? "").isEmpty {
            #expect(films.count { $0.title == film.title && $0.year == film.year } == 1)
        }
    }

    @Test func `a change moves the time of its kind and keeps the order`() throws {
        var account = TraktAccount(AccountSize(plays: 50))
        let before = account.plays
        let film = try #require(before.compactMap(\.film).first)
        let play = Play(subject: .film(film), time: BerlinTime(2015, 5, 5, 20, 0), action: "watch", id: 7)
        account.insert(play, at: 1_800_000_000_000)
        #expect(account.plays == TraktAccount.newestFirst(before + [play]))
        #expect(account.lastActivities["movies"]?["watched_at"]?.string == "2027-01-15T08:00:00.000Z")

        account.retimePlay(7, to: BerlinTime(2026, 1, 1, 20, 0), at: 1_800_000_060_000)
        #expect(account.plays.first { $0.id == 7 }?.watchedAt == "2026-01-01T19:00:00.000Z")
        #expect(account.plays == TraktAccount.newestFirst(account.plays))
        #expect(account.lastActivities["movies"]?["watched_at"]?.string == "2027-01-15T08:01:00.000Z")

        account.removePlay(7, at: 1_800_000_120_000)
        #expect(account.plays == before)
        #expect(account.lastActivities["movies"]?["watched_at"]?.string == "2027-01-15T08:02:00.000Z")
    }

    @Test func `its export has numbered pages of the asked size, and one page without a number`() throws {
        let archive = try TraktAccount(AccountSize(plays: 500, ratings: 100)).archive()
        let names = try ZIPArchive(ArrayBytes(archive), name: "export").entries.map(\.name)
        #expect(
            names.filter { $0.hasPrefix("watched-history") } == [
                "watched-history-1.json", "watched-history-2.json", "watched-history-3.json",
            ]
        )
        #expect(names.contains("ratings-movies.json"))
        #expect(names.contains("notes-ratings.json"))
        #expect(Set(names).count == names.count)
    }
}

/// An archive in memory.
private struct ArrayBytes: RandomAccessBytes {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var count: Int { bytes.count }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let piece = bytes[min(offset, count)..<min(offset + buffer.count, count)]
        buffer.copyBytes(from: piece)
        return piece.count
    }
}
