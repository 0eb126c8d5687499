package import Formats

extension TraktAccount {
    /// The body of `sync/last_activities`: when each kind of thing was changed last.
    package var lastActivities: JSONValue {
        var groups: [JSONValue.Member] = []
        var newest: Int64 = 0
        for (group, names) in Self.activityGroups {
            let members = names.map { name -> JSONValue.Member in
                let time = touched["\(group).\(name)"] ?? newestTime("\(group).\(name)") ?? Self.beginning
                newest = max(newest, time)
                return .init(name, value: .string(ISO8601.text(ofMilliseconds: time)))
            }
            groups.append(.init(group, value: .object(members)))
        }
        return .object([.init("all", value: .string(ISO8601.text(ofMilliseconds: newest)))] + groups)
    }

    /// When the account was made: what never happened has this time.
    private static let beginning = BerlinTime(2011, 1, 2, 18, 49, 25).milliseconds

    private static let activityGroups = [
        (
            "movies",
            [
                "watched_at", "collected_at", "rated_at", "watchlisted_at", "favorited_at", "commented_at", "paused_at",
                "hidden_at",
            ]
        ),
        ("episodes", ["watched_at", "collected_at", "rated_at", "watchlisted_at", "commented_at", "paused_at"]),
        ("shows", ["rated_at", "watchlisted_at", "favorited_at", "commented_at", "hidden_at", "dropped_at"]),
        ("seasons", ["rated_at", "watchlisted_at", "commented_at", "hidden_at"]),
        ("comments", ["liked_at", "reacted_at", "blocked_at"]),
        ("lists", ["liked_at", "reacted_at", "updated_at", "commented_at"]),
        ("watchlist", ["updated_at"]),
        ("favorites", ["updated_at"]),
        ("collaborations", ["updated_at"]),
        ("account", ["settings_at", "followed_at", "following_at", "pending_at", "requested_at"]),
        ("saved_filters", ["updated_at"]),
        ("notes", ["updated_at"]),
    ]

    /// The newest of what the account holds of a kind; nil if it holds nothing, or nothing that is asked for.
    private func newestTime(_ place: String) -> Int64? {
        switch place {
        case "movies.watched_at": plays.first { $0.film != nil }?.milliseconds
        case "episodes.watched_at": plays.first { $0.episode != nil }?.milliseconds
        case "movies.rated_at": newestRating("movie")
        case "shows.rated_at": newestRating("show")
        case "seasons.rated_at": newestRating("season")
        case "episodes.rated_at": newestRating("episode")
        case "movies.watchlisted_at": newestEntry(watchlist, "movie")
        case "shows.watchlisted_at": newestEntry(watchlist, "show")
        case "seasons.watchlisted_at": newestEntry(watchlist, "season")
        case "episodes.watchlisted_at": newestEntry(watchlist, "episode")
        case "movies.favorited_at": newestEntry(favorites, "movie")
        case "shows.favorited_at": newestEntry(favorites, "show")
        case "movies.collected_at": newestCollected("movie")
        case "episodes.collected_at": newestCollected("episode")
        case "movies.commented_at": newestComment("movie")
        case "shows.commented_at": newestComment("show")
        case "seasons.commented_at": newestComment("season")
        case "episodes.commented_at": newestComment("episode")
        case "watchlist.updated_at": watchlist.map(\.time.milliseconds).max()
        case "favorites.updated_at": favorites.map(\.time.milliseconds).max()
        case "lists.updated_at": lists.flatMap(\.entries).map(\.time.milliseconds).max()
        case "notes.updated_at": notes.map(\.time.milliseconds).max()
        default: nil
        }
    }

    private func newestRating(_ type: String) -> Int64? {
        ratings.filter { $0.title.type == type }.map(\.time.milliseconds).max()
    }

    private func newestEntry(_ entries: [ListEntry], _ type: String) -> Int64? {
        entries.filter { $0.title.type == type }.map(\.time.milliseconds).max()
    }

    private func newestCollected(_ type: String) -> Int64? {
        collection.filter { $0.title.type == type }.map(\.time.milliseconds).max()
    }

    private func newestComment(_ type: String) -> Int64? {
        comments.filter { $0.title.type == type }.map(\.time.milliseconds).max()
    }
}
