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
            .init("tagline", value: tmdb == nil ? "" : "Mind the gap."),
            .init(
                "overview",
                value: .string(
                    "In which, according to \"\(title)\", hardly anything happens: twice.\n\nThen {it} rains."
                )
            ),
            .init("released", value: JSONValue(year.map { "\($0)-04-01" })),
            .init("runtime", value: JSONValue(70 + trakt % 80)),
            .init("country", value: "de"),
            .init("updated_at", value: "2026-03-30T08:12:45.000Z"),
            .init("trailer", value: nil),
            .init("homepage", value: nil),
            .init("status", value: "released"),
            .init("rating", value: .real(6.25 + Double(trakt % 12) / 8)),
            .init("votes", value: JSONValue(trakt % 900)),
            .init("comment_count", value: 0),
            .init("language", value: "de"),
            .init("languages", value: ["de", "en"]),
            .init("available_translations", value: ["de", "en", "fr"]),
            .init("genres", value: ["comedy", "drama"]),
            .init("subgenres", value: []),
            .init("certification", value: nil),
            .init("original_title", value: .string(title)),
            .init("after_credits", value: false),
            .init("during_credits", value: true),
            .init(
                "images",
                value: ["poster": [], "fanart": [["movie": ["title": "not this one", "ids": ["tmdb": 1]]]]]
            )
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
