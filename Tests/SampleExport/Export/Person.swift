internal import Formats

// What the export says of the account itself, and the parts that are empty.

extension MadeUpAccount {
    var accountFiles: [ExportFile] {
        let filmPlays = history.plays.compactMap(\.film)
        let episodePlays = history.plays.compactMap(\.episode)
        let distribution = (1...10).map { rating in
            JSONValue.Member("\(rating)", value: JSONValue(ratings.count { $0.rating == rating }))
        }
        return [
            ExportFile("user-settings", Self.settings),
            ExportFile("user-profile", Owner.json),
            ExportFile(
                "user-last-activities",
                [
                    "all": JSONValue(history.plays.first?.watchedAt),
                    "movies": ["watched_at": JSONValue(history.plays.first { $0.film != nil }?.watchedAt)],
                ]
            ),
            ExportFile(
                "user-stats",
                [
                    "movies": [
                        "plays": JSONValue(filmPlays.count), "watched": JSONValue(Set(filmPlays).count),
                        "minutes": JSONValue(filmPlays.count * 101), "collected": 9,
                        "ratings": JSONValue(ratings.count), "comments": 4,
                    ],
                    "shows": [
                        "watched": JSONValue(Set(episodePlays.map(\.show)).count), "collected": 1, "ratings": 5,
                        "comments": 1,
                    ],
                    "seasons": ["ratings": 2, "comments": 0],
                    "episodes": [
                        "plays": JSONValue(episodePlays.count), "watched": JSONValue(Set(episodePlays).count),
                        "minutes": JSONValue(episodePlays.count * 44), "collected": 1, "ratings": 6, "comments": 0,
                    ],
                    "network": ["friends": 0, "followers": 0, "following": 0],
                    "ratings": ["total": JSONValue(ratings.count + 13), "distribution": .object(distribution)],
                ]
            ),
        ]
    }

    private static let settings: JSONValue = [
        "user": [
            "username": "sample-viewer", "private": false, "name": nil, "vip": false, "vip_ep": false,
            "director": false,
            "ids": ["slug": "sample-viewer", "trakt": 90_000_001], "joined_at": "2011-01-02T17:49:25.000Z",
            "location": nil,
            "about": nil, "gender": nil, "age": nil, "dob": nil,
        ],
        "account": [
            "timezone": .string(timeZone), "date_format": "dmy", "time_24hr": true, "cover_image": nil, "token": nil,
            "display_ads": true,
        ],
        "limits": ["list": ["count": 2, "item_count": 100], "watchlist": ["item_count": 100]],
        "permissions": ["commenting": true, "liking": true, "following": true],
    ]

    /// Files that every export has and that hold nothing here.
    static let emptyFiles = [
        "hidden-calendar", "hidden-progress-watched", "hidden-progress-watched-reset", "hidden-progress-collected",
        "hidden-recommendations", "likes-comments", "likes-lists", "network-followers", "network-followers-requests",
        "network-following", "network-friends", "notes-activities", "notes-collection_items", "notes-episodes",
        "notes-movies", "notes-people", "notes-ratings", "notes-seasons", "notes-shows",
    ].map { ExportFile($0, []) }
}
