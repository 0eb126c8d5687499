/// A series that never aired.
package struct Show: Hashable, Sendable {
    /// Its title.
    package let title: String
    /// Its first year; nil where Trakt knows none.
    package let year: Int?
    /// Episodes of each season, from season 1 on.
    package let seasons: [Int]
    /// Its place in the catalogue, counted from 0.
    let place: Int

    /// Its number at Trakt.
    package var trakt: Int { 81_000_001 + place }
    var tvdb: Int { 92_000_001 + place }
    var imdb: String { "tt\(92_000_001 + place)" }
    var tmdb: Int { 92_000_001 + place }
    /// Its address at Trakt.
    package var slug: String { Slug.make(title, year: nil, number: trakt) }

    /// All episodes in their order.
    package var episodes: [Episode] {
        seasons.enumerated().flatMap { season, count in
            (1...count).map { Episode(show: self, season: season + 1, number: $0) }
        }
    }

    /// Those of the made-up account.
    package static let all = [
        Show(title: "The Municipal Swimming Baths", year: 2010, seasons: [12, 12, 12], place: 0),
        Show(title: "Detective Inspector Marzipan", year: 2012, seasons: [8, 8, 8], place: 1),
        Show(title: "Nachtbus 17", year: 2015, seasons: [10, 10, 10], place: 2),
        Show(title: "Grandmother's Submarine", year: 2018, seasons: [9, 9, 9], place: 3),
        Show(title: "The \"Quiet\" Carriage", year: nil, seasons: [13], place: 4),
        Show(title: "郵便局の幽霊", year: 2023, seasons: [12, 12], place: 5),
        Show(title: "Allotment Wars: The Series", year: 2020, seasons: [6, 6, 6, 6], place: 6),
    ]
}

/// An episode of such a series.
package struct Episode: Hashable, Sendable {
    /// What it is an episode of.
    package let show: Show
    /// Its season, counted from 1; 0 are specials.
    package let season: Int
    /// Its place in the season, counted from 1.
    package let number: Int

    /// Its number at Trakt.
    package var trakt: Int { 82_000_001 + show.place * 10_000 + season * 100 + number }
    /// Every seventh has none.
    package var title: String? {
        number % 7 == 6 ? nil : "Part \(number): \(Self.words[(season * 5 + number) % Self.words.count])"
    }
    /// Often empty, as at Trakt; an episode's ids are another's film's at TMDb.
    package var imdb: String? { number % 3 == 0 ? "" : number % 3 == 1 ? nil : "tt\(trakt + 11_000_000)" }

    private static let words = [
        "The Key", "Low Tide", "A Visit", "Nothing, Really", "The Inspector's Hat", "\"Encore\"", "Fog", "The Lodger",
        "Two Spoons", "Late Post", "Half Price",
    ]
}
