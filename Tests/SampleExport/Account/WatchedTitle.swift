package import Formats

/// A film or a show with all its plays, as `sync/watched` counts them.
package struct WatchedTitle: Sendable {
    /// A film or a show.
    package let title: Title
    /// Its plays, newest first.
    package fileprivate(set) var plays: [Play]

    /// An item of `sync/watched`.
    ///
    /// - Parameters:
    ///   - total: How many titles there are, for films.
    ///   - saysSeasons: Whether a show has the plays of its episodes, as with `extended=progress`.
    ///   - isComplete: Whether a film comes with all that Trakt knows of it.
    /// - Returns: The item.
    package func json(total: Int, saysSeasons: Bool = false, isComplete: Bool = false) -> JSONValue {
        let last = JSONValue.string(plays[0].watchedAt)
        switch title {
        case .film(let film):
            return [
                "plays": JSONValue(plays.count), "last_watched_at": last,
                "last_updated_at": "2026-02-19T04:11:52.000Z", "movie": isComplete ? film.completeJSON : film.json,
                "total_count": JSONValue(total),
            ]
        case .show(let show):
            let head: JSONValue = [
                "plays": JSONValue(plays.count), "last_watched_at": last, "last_updated_at": last, "reset_at": nil,
                "show": show.json.adding(.init("aired_episodes", value: JSONValue(show.episodes.count))),
            ]
            return saysSeasons ? head.adding(.init("seasons", value: seasons)) : head
        default:
            return .null
        }
    }

    private var seasons: JSONValue {
        let bySeason = Dictionary(grouping: plays) { $0.episode?.season ?? 0 }
        return .array(
            bySeason.sorted { $0.key < $1.key }.map { season, plays -> JSONValue in
                let byNumber = Dictionary(grouping: plays) { $0.episode?.number ?? 0 }
                let episodes = byNumber.sorted { $0.key < $1.key }.map { number, plays -> JSONValue in
                    [
                        "number": JSONValue(number), "plays": JSONValue(plays.count),
                        "last_watched_at": .string(plays[0].watchedAt),
                    ]
                }
                return ["number": JSONValue(season), "episodes": .array(episodes)]
            }
        )
    }
}

extension TraktAccount {
    /// Watched films, the one watched last first.
    package var watchedFilms: [WatchedTitle] { watched { $0.film.map(Title.film) } }
    /// Watched shows, the one watched last first.
    package var watchedShows: [WatchedTitle] { watched { $0.episode.map { .show($0.show) } } }

    private func watched(_ title: (Play) -> Title?) -> [WatchedTitle] {
        var titles: [WatchedTitle] = []
        var places: [Int: Int] = [:]
        for play in plays {
            guard let title = title(play) else { continue }
            if let place = places[title.trakt] {
                titles[place].plays.append(play)
            } else {
                places[title.trakt] = titles.count
                titles.append(WatchedTitle(title: title, plays: [play]))
            }
        }
        return titles
    }
}
