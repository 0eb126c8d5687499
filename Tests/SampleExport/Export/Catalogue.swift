internal import Formats

// The parts of the export that say something of titles: ratings, lists, collection, what was watched how often.

extension MadeUpAccount {
    var ratingFiles: [ExportFile] {
        let films = ratings.map { rating -> JSONValue in
            let type: [JSONValue.Member] = rating.saysType ? [.init("type", value: "movie")] : []
            return .object(
                [
                    .init("rated_at", value: .string(rating.time.traktText)),
                    .init("rating", value: JSONValue(rating.rating)),
                ] + type
                    + [.init("movie", value: rating.film.json)]
            )
        }
        let shows = Show.all.prefix(5).map { show -> JSONValue in
            [
                "rated_at": "2021-05-02T18:31:09.000Z", "rating": JSONValue(4 + show.place), "type": "show",
                "show": show.json,
            ]
        }
        let seasons = [(Show.all[0], 1), (Show.all[1], 0)].map { show, number -> JSONValue in
            [
                "rated_at": "2014-09-01T09:10:11.000Z", "rating": JSONValue(7 + number), "type": "season",
                "season": show.json(ofSeason: number), "show": show.json,
            ]
        }
        let episodes = Show.all[2].episodes.prefix(6).map { episode -> JSONValue in
            [
                "rated_at": "2016-11-12T21:00:31.000Z", "rating": JSONValue(1 + episode.number), "type": "episode",
                "episode": episode.json, "show": episode.show.json,
            ]
        }
        return ExportFile.paged("ratings-movies", films)
            + [
                ExportFile("ratings-shows", Array(shows)), ExportFile("ratings-seasons", seasons),
                ExportFile("ratings-episodes", Array(episodes)),
            ]
    }

    var watchedFiles: [ExportFile] {
        var films: [(film: Film, plays: [Play])] = []
        var places: [Film: Int] = [:]
        for play in history.plays {
            guard let film = play.film else { continue }
            if let place = places[film] {
                films[place].plays.append(play)
            } else {
                places[film] = films.count
                films.append((film, [play]))
            }
        }
        let movies = films.map { film, plays -> JSONValue in
            [
                "plays": JSONValue(plays.count), "last_watched_at": .string(plays[0].watchedAt),
                "last_updated_at": "2026-02-19T04:11:52.000Z", "movie": film.json,
                "total_count": JSONValue(films.count),
            ]
        }
        let shows = Show.all.compactMap { show -> JSONValue? in
            let plays = history.plays.filter { $0.episode?.show == show }
            guard let last = plays.first else { return nil }
            return [
                "plays": JSONValue(plays.count), "last_watched_at": .string(last.watchedAt),
                "last_updated_at": .string(last.watchedAt), "reset_at": nil,
                "show": show.json.adding(.init("aired_episodes", value: JSONValue(show.episodes.count))),
            ]
        }
        return ExportFile.paged("watched-movies", movies) + [
            ExportFile("watched-shows", shows), ExportFile("watched-playback", []),
        ]
    }

    var listFiles: [ExportFile] {
        let trains = films.ordinary.prefix(5).map { Entry.film($0) } + [.person("Wilhelmina Osterhagen", 84_000_001)]
        let rain = [.show(Show.all[0])] + films.ordinary.dropFirst(5).prefix(7).map { Entry.film($0) }
        return [
            ExportFile("lists-watchlist", watchlist.map(\.json)),
            ExportFile(
                "lists-favorites",
                Entry.items(films.ordinary.dropFirst(20).prefix(4).map { .film($0) }, from: 600)
            ),
            ExportFile(
                "lists-lists",
                [
                    Entry.list("Trains, mostly", "trains-mostly", number: 90_000_001, items: trains.count),
                    Entry.list(
                        "Rainy Sundays: the top 50",
                        "rainy-sundays-the-top-50",
                        number: 90_000_002,
                        items: rain.count
                    ),
                ]
            ),
            ExportFile("lists-list-90000001-trains-mostly", Entry.items(trains, from: 700)),
            ExportFile("lists-list-90000002-rainy-sundays-the-top-50", Entry.items(rain, from: 800)),
            ExportFile("lists-collaborations", []),
        ]
    }

    var collectionFiles: [ExportFile] {
        let movies = films.ordinary.dropFirst(30).prefix(9).map { film -> JSONValue in
            ["collected_at": "2020-08-01T09:10:00.000Z", "updated_at": "2020-08-01T09:10:11.000Z", "movie": film.json]
        }
        let show: JSONValue = [
            "last_collected_at": "2019-01-02T20:00:00.000Z", "last_updated_at": "2019-01-02T20:00:07.000Z",
            "show": Show.all[1].json,
            "seasons": [["number": 1, "episodes": [["number": 1, "collected_at": "2019-01-02T20:00:00.000Z"]]]],
        ]
        return [
            ExportFile("collection-movies", Array(movies)), ExportFile("collection-shows", [show]),
            ExportFile("collection-episodes", []),
        ]
    }
}

/// An entry of a list.
private enum Entry {
    case film(Film)
    case show(Show)
    case person(String, Int)

    static func items(_ entries: [Entry], from id: Int) -> [JSONValue] {
        entries.enumerated().map { index, entry in
            let head: JSONValue = [
                "rank": JSONValue(index + 1), "id": JSONValue(90_000_000 + id + index),
                "listed_at": "2018-06-16T06:07:12.000Z",
                "notes": index == 1 ? "The one with the \"kettle\".\r\nTwice." : nil,
            ]
            return switch entry {
            case .film(let film): head.adding(.init("type", value: "movie"), .init("movie", value: film.json))
            case .show(let show): head.adding(.init("type", value: "show"), .init("show", value: show.json))
            case .person(let name, let number):
                head.adding(
                    .init("type", value: "person"),
                    .init(
                        "person",
                        value: [
                            "name": .string(name),
                            "ids": ["trakt": JSONValue(number), "slug": nil, "imdb": nil, "tmdb": nil],
                        ]
                    )
                )
            }
        }
    }

    static func list(_ name: String, _ slug: String, number: Int, items: Int) -> JSONValue {
        [
            "name": .string(name), "description": "Best watched\r\nin the rain.", "privacy": "private",
            "share_link": .string("https://trakt.tv/lists/\(number)"), "type": "personal", "display_numbers": true,
            "allow_comments": true, "sort_by": "rank", "sort_how": "asc", "created_at": "2018-06-16T06:00:54.000Z",
            "updated_at": "2024-02-11T17:00:54.000Z", "item_count": JSONValue(items), "comment_count": 0, "likes": 0,
            "ids": ["trakt": JSONValue(number), "slug": .string(slug)], "user": Owner.json, "images": ["posters": []],
        ]
    }
}

extension WatchlistEntry {
    var json: JSONValue {
        let head: JSONValue = [
            "rank": JSONValue(rank), "id": JSONValue(90_000_500 + rank), "listed_at": .string(time.traktText),
            "notes": JSONValue(notes),
        ]
        return switch subject {
        case .film(let film):
            head.adding(.init("type", value: "movie"), .init("movie", value: film.json), .init("my_rating", value: nil))
        case .show(let show):
            head.adding(.init("type", value: "show"), .init("show", value: show.json))
        case .season(let show, let number):
            head.adding(
                .init("type", value: "season"),
                .init("season", value: show.json(ofSeason: number)),
                .init("show", value: show.json)
            )
        case .episode(let episode):
            head.adding(
                .init("type", value: "episode"),
                .init("episode", value: episode.json),
                .init("show", value: episode.show.json)
            )
        }
    }
}
