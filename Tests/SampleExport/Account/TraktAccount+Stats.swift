package import Formats

extension TraktAccount {
    /// The body of `users/{id}/stats`.
    package var stats: JSONValue {
        let filmPlays = plays.compactMap(\.film)
        let episodePlays = plays.compactMap(\.episode)
        let rated = { (type: String) in JSONValue(ratings.count { $0.title.type == type }) }
        let commented = { (type: String) in JSONValue(comments.count { $0.title.type == type }) }
        let collected = { (type: String) in collection.count { $0.title.type == type } }
        let films = ratings.filter { $0.title.type == "movie" }
        let distribution = (1...10).map { rating in
            JSONValue.Member("\(rating)", value: JSONValue(films.count { $0.rating == rating }))
        }
        return [
            "movies": [
                "plays": JSONValue(filmPlays.count), "watched": JSONValue(Set(filmPlays.map(\.trakt)).count),
                "minutes": JSONValue(filmPlays.count * 101), "collected": JSONValue(collected("movie")),
                "ratings": rated("movie"), "comments": commented("movie"),
            ],
            "shows": [
                "watched": JSONValue(Set(episodePlays.map(\.show.trakt)).count),
                "collected": JSONValue(CollectedTitle.shows(collection).count), "ratings": rated("show"),
                "comments": commented("show"),
            ],
            "seasons": ["ratings": rated("season"), "comments": commented("season")],
            "episodes": [
                "plays": JSONValue(episodePlays.count), "watched": JSONValue(Set(episodePlays.map(\.trakt)).count),
                "minutes": JSONValue(episodePlays.count * 44), "collected": JSONValue(collected("episode")),
                "ratings": rated("episode"), "comments": commented("episode"),
            ],
            "network": ["friends": 0, "followers": 0, "following": 0],
            "ratings": ["total": JSONValue(ratings.count), "distribution": .object(distribution)],
        ]
    }
}
