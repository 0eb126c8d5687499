internal import Formats

// What Trakt's objects look like, in the order of keys that it had for years.

extension Film {
    var json: JSONValue {
        [
            "title": .string(title), "year": JSONValue(year),
            "ids": [
                "trakt": JSONValue(trakt), "slug": .string(slug), "imdb": JSONValue(imdb), "tmdb": JSONValue(tmdb),
            ],
        ]
    }

    /// With the ids of another service that nobody asked for.
    func json(guid: String) -> JSONValue {
        let plex: JSONValue = ["guid": .string(guid), "slug": tmdb == nil ? nil : .string(slug)]
        return [
            "title": .string(title), "year": JSONValue(year),
            "ids": [
                "trakt": JSONValue(trakt), "slug": .string(slug), "imdb": JSONValue(imdb), "tmdb": JSONValue(tmdb),
                "plex": plex,
            ],
        ]
    }

    /// With everything that Trakt knows of a film.
    var completeJSON: JSONValue {
        json.adding(
            .init("tagline", tmdb == nil ? "" : "Mind the gap."),
            .init(
                "overview",
                .string("In which, according to \"\(title)\", hardly anything happens: twice.\n\nThen {it} rains.")
            ),
            .init("released", JSONValue(year.map { "\($0)-04-01" })),
            .init("runtime", JSONValue(70 + trakt % 80)),
            .init("country", "de"),
            .init("updated_at", "2026-03-30T08:12:45.000Z"),
            .init("trailer", nil),
            .init("homepage", nil),
            .init("status", "released"),
            .init("rating", .real(6.25 + Double(trakt % 12) / 8)),
            .init("votes", JSONValue(trakt % 900)),
            .init("comment_count", 0),
            .init("language", "de"),
            .init("languages", ["de", "en"]),
            .init("available_translations", ["de", "en", "fr"]),
            .init("genres", ["comedy", "drama"]),
            .init("subgenres", []),
            .init("certification", nil),
            .init("original_title", .string(title)),
            .init("after_credits", false),
            .init("during_credits", true),
            .init("images", ["poster": [], "fanart": [["movie": ["title": "not this one", "ids": ["tmdb": 1]]]]])
        )
    }
}

extension Show {
    var json: JSONValue {
        [
            "title": .string(title), "year": JSONValue(year),
            "ids": [
                "trakt": JSONValue(trakt), "slug": .string(slug), "tvdb": JSONValue(tvdb), "imdb": .string(imdb),
                "tmdb": JSONValue(tmdb),
            ],
        ]
    }

    /// As before 2026, with an id of a service that is gone.
    var formerJSON: JSONValue {
        [
            "title": .string(title), "year": JSONValue(year),
            "ids": [
                "trakt": JSONValue(trakt), "slug": .string(slug), "tvdb": JSONValue(tvdb), "imdb": .string(imdb),
                "tmdb": JSONValue(tmdb), "tvrage": nil,
            ],
        ]
    }

    func trakt(ofSeason number: Int) -> Int { 83_000_001 + place * 100 + number }

    func json(ofSeason number: Int) -> JSONValue {
        [
            "number": JSONValue(number),
            "ids": [
                "trakt": JSONValue(trakt(ofSeason: number)), "tvdb": nil,
                "tmdb": JSONValue(93_000_001 + place * 100 + number),
            ],
            "aired_episodes": JSONValue(seasons.indices.contains(number - 1) ? seasons[number - 1] : 1),
        ]
    }
}

extension Episode {
    var json: JSONValue {
        [
            "season": JSONValue(season), "number": JSONValue(number), "title": JSONValue(title),
            "ids": [
                "trakt": JSONValue(trakt), "tvdb": JSONValue(trakt + 11_000_000), "imdb": JSONValue(imdb),
                "tmdb": number == 4 ? nil : JSONValue(Film.firstNumber + number),
            ],
        ]
    }
}

/// The account's owner, as other objects name them.
enum Owner {
    static let json: JSONValue = [
        "username": "sample-viewer", "private": false, "name": nil, "vip": false, "vip_ep": false,
        "ids": ["slug": "sample-viewer"],
    ]
}
