internal import Formats

/// Something that can be rated, listed, collected or written about.
package enum Title: Hashable, Sendable {
    case film(Film)
    case show(Show)
    /// A season by its number; 0 are specials.
    case season(Show, Int)
    case episode(Episode)
    case person(ListedPerson)

    /// What Trakt's bodies call it: `movie`, `show`, `season`, `episode` or `person`.
    package var type: String {
        switch self {
        case .film: "movie"
        case .show: "show"
        case .season: "season"
        case .episode: "episode"
        case .person: "person"
        }
    }

    /// The film, if it is one.
    package var film: Film? { if case .film(let film) = self { film } else { nil } }

    /// Trakt's number of it, which is unique among those of its type.
    package var trakt: Int {
        switch self {
        case .film(let film): film.trakt
        case .show(let show): show.trakt
        case .season(let show, let number): show.trakt(ofSeason: number)
        case .episode(let episode): episode.trakt
        case .person(let person): person.trakt
        }
    }

    /// The objects that a body holds of it.
    func members(isComplete: Bool = false) -> [JSONValue.Member] {
        switch self {
        case .film(let film): [.init("movie", value: isComplete ? film.completeJSON : film.json)]
        case .show(let show): [.init("show", value: show.json)]
        case .season(let show, let number):
            [.init("season", value: show.json(ofSeason: number)), .init("show", value: show.json)]
        case .episode(let episode): [.init("episode", value: episode.json), .init("show", value: episode.show.json)]
        case .person(let person): [.init("person", value: person.json)]
        }
    }
}

/// Somebody who stands on a list.
package struct ListedPerson: Hashable, Sendable {
    /// Their name.
    package let name: String
    /// Their number at Trakt.
    package let trakt: Int

    /// Somebody of whom Trakt knows no other number.
    package init(_ name: String, trakt: Int) {
        self.name = name
        self.trakt = trakt
    }

    var json: JSONValue {
        ["name": .string(name), "ids": ["trakt": JSONValue(trakt), "slug": nil, "imdb": nil, "tmdb": nil]]
    }
}
