internal import Formats
internal import SampleExport

/// What the API answers about the account: `sync/…` and `users/{id}/…` without their beginnings.
struct AccountRoutes {
    let index: AccountIndex
    let parameters: [String: String]
    /// Whether complete films go to everybody.
    let isTalkative: Bool

    private var account: TraktAccount { index.account }

    /// What a route answers.
    enum Answer {
        case listing(Listing)
        case value(JSONValue)
        case notFound
        /// There is no such route, or it is not built.
        case noRoute
    }

    private var extended: Set<Substring> { Set((parameters["extended"] ?? "").split(separator: ",")) }
    private var isComplete: Bool { isTalkative || extended.contains("full") }

    /// The answer of a route that `sync` and `users` both have.
    func shared(_ parts: [String]) -> Answer {
        let rest = Array(parts.dropFirst())
        switch parts.first {
        case "history": return history(rest)
        case "watched": return watched(rest)
        case "ratings": return ratings(rest)
        case "watchlist": return entries(account.watchlist, rest, name: "rank")
        case "favorites": return entries(account.favorites, rest, name: "rank")
        case "collection": return collection(rest)
        default: return .noRoute
        }
    }

    /// The answer of a route of `users/{id}` alone.
    func personal(_ parts: [String], isOwner: Bool) -> Answer {
        let rest = Array(parts.dropFirst())
        switch parts.first {
        case nil: return .value(extended.contains("full") ? account.owner.profile : account.owner.json)
        case "stats" where rest.isEmpty: return .value(account.stats)
        case "lists": return lists(rest, isOwner: isOwner)
        case "comments": return comments(rest)
        case "notes": return notes(rest)
        default: return shared(parts)
        }
    }

    /// A listing without items.
    var nothing: Answer { .listing(Listing([Int](), .optional, key: \.self) { .init($0) }) }

    /// The same routes for somebody whose account is empty.
    var empty: AccountRoutes {
        var account = TraktAccount()
        account.owner.username = "somebody-else"
        account.owner.slug = "somebody-else"
        account.owner.number = 90_000_002
        return AccountRoutes(index: AccountIndex(account), parameters: parameters, isTalkative: isTalkative)
    }

    // MARK: What was watched

    private static let watchable = ["movies", "shows", "seasons", "episodes"]

    private func history(_ parts: [String]) -> Answer {
        guard parts.count <= 2, parts.first.map(Self.watchable.contains) ?? true else { return .noRoute }
        let places = index.plays(
            parts.first,
            of: parts.dropFirst().first,
            from: moment("start_at", endOfDay: false),
            to: moment("end_at", endOfDay: true)
        )
        let (plays, isComplete) = (account.plays, isComplete)
        return .listing(
            Listing(places, .always(today: 100, old: 10)) {
                plays[Int($0)].id
            } json: {
                plays[Int($0)].json(isComplete: isComplete)
            }
        )
    }

    /// A bound of time; a date alone is the beginning or the end of its day in UTC.
    private func moment(_ name: String, endOfDay: Bool) -> Int64? {
        guard let text = parameters[name], let moment = ISO8601.microseconds(of: Array(text.utf8).span) else {
            return nil
        }
        // The server counts milliseconds.
        let time = moment / 1000
        return endOfDay && text.utf8.count == 10 ? time + 86_399_999 : time
    }

    private func watched(_ parts: [String]) -> Answer {
        guard parts.count == 1 else { return .noRoute }
        let saysSeasons = extended.contains("progress")
        let titles: [WatchedTitle]
        switch parts[0] {
        case "movies": titles = index.watchedFilms
        case "shows": titles = index.watchedShows
        default: return .noRoute
        }
        let isComplete = isComplete
        return .listing(
            Listing(titles, .lately(largest: saysSeasons ? 100 : 250)) {
                $0.title.trakt
            } json: {
                $0.json(total: titles.count, saysSeasons: saysSeasons, isComplete: isComplete)
            }
        )
    }

    // MARK: What is thought of it

    private func ratings(_ parts: [String]) -> Answer {
        guard parts.count <= 2, let type = Self.type(parts.first, Self.watchable) else { return .noRoute }
        var ratings = account.ratings.filter { type.isEmpty || $0.title.type == type }
        if parts.count == 2 {
            let wanted = parts[1].split(separator: ",").compactMap { Int($0) }
            ratings = ratings.filter { wanted.contains($0.rating) }
        }
        let isComplete = isComplete
        return .listing(
            Listing(ratings, .optional) {
                $0.title.trakt
            } json: {
                $0.json(isComplete: isComplete)
            }
        )
    }

    private func comments(_ parts: [String]) -> Answer {
        guard parts.count <= 2, ["all", "reviews", "shouts"].contains(parts.first ?? "all"),
            let type = Self.type(parts.dropFirst().first, Self.watchable + ["lists"])
        else { return .noRoute }
        let replies = parameters["include_replies"] ?? "false"
        let comments = account.comments.filter { comment in
            switch replies {
            case "true": break
            case "only": guard comment.parent != 0 else { return false }
            default: guard comment.parent == 0 else { return false }
            }
            guard type.isEmpty || comment.title.type == type else { return false }
            return parts.first == "reviews" ? comment.isReview : parts.first == "shouts" ? !comment.isReview : true
        }
        let owner = account.owner
        return .listing(Listing(comments, .always(today: 10, old: 10), key: \.id) { $0.json(of: owner) })
    }

    private func notes(_ parts: [String]) -> Answer {
        guard parts.count <= 1 else { return .noRoute }
        let notes: [TitleNote]
        switch parts.first ?? "all" {
        case "all": notes = account.notes
        case "history":
            notes = account.notes.filter { if case .play = $0.place { true } else { false } }
        case "collection": notes = account.notes.filter { $0.place == .collection }
        case "ratings": notes = account.notes.filter { $0.place == .rating }
        case let name:
            guard let type = Self.type(name, Self.watchable + ["people"]) else { return .noRoute }
            notes = account.notes.filter { $0.place == .title && $0.title.type == type }
        }
        let owner = account.owner
        return .listing(Listing(notes, .always(today: 10, old: 10), key: \.id) { $0.json(of: owner) })
    }

    // MARK: What stands where

    private func collection(_ parts: [String]) -> Answer {
        guard parts.count == 1 else { return .noRoute }
        let (isComplete, saysMetadata) = (isComplete, extended.contains("metadata"))
        let item = { @Sendable (item: CollectedTitle) in
            item.json(saysMetadata: saysMetadata, isComplete: isComplete)
        }
        switch parts[0] {
        case "movies":
            let films = account.collection.filter { $0.title.film != nil }
            return .listing(Listing(films, .lately(largest: 250), key: \.title.trakt, json: item))
        case "episodes":
            let episodes = account.collection.filter { $0.title.film == nil }
            return .listing(Listing(episodes, .lately(largest: 250), key: \.title.trakt, json: item))
        case "shows":
            let shows = CollectedTitle.shows(account.collection)
            return .listing(Listing(shows, .lately(largest: 250), key: \.show.trakt, json: \.json))
        default: return .noRoute
        }
    }

    private func lists(_ parts: [String], isOwner: Bool) -> Answer {
        let owner = account.owner
        // Those of friends would also be seen by friends, of whom there are none here.
        let visible = account.lists.filter { isOwner || $0.privacy == "public" }
        guard let name = parts.first else {
            return .listing(Listing(visible, .optional, key: \.number) { $0.json(of: owner) })
        }
        if name == "collaborations" { return nothing }
        guard let list = visible.first(where: { "\($0.number)" == name || $0.slug == name }) else {
            return .notFound
        }
        guard parts.count > 1 else { return .value(list.json(of: owner)) }
        guard parts[1] == "items" else { return .noRoute }
        return entries(list.entries, Array(parts.dropFirst(2)), name: "rank", number: list.number)
    }

    /// A list, by type and in an order: `movies/added/desc`, or `movie,show/rank/asc`.
    private func entries(_ all: [ListEntry], _ parts: [String], name: String, number: Int = 90_000_000) -> Answer {
        guard parts.count <= 3 else { return .noRoute }
        var entries = all
        if let types = parts.first, types != "all" {
            let wanted = types.split(separator: ",").map {
                $0 == "people" ? "person" : $0.hasSuffix("s") && $0 != "s" ? String($0.dropLast()) : String($0)
            }
            guard wanted.allSatisfy({ ["movie", "show", "season", "episode", "person"].contains($0) }) else {
                return .noRoute
            }
            entries = entries.filter { wanted.contains($0.title.type) }
        }
        let sort = parts.dropFirst().first ?? "rank"
        let how = parts.dropFirst(2).first ?? "asc"
        entries.sort {
            sort == "added" ? ($0.time.milliseconds, $0.id) < ($1.time.milliseconds, $1.id) : $0.rank < $1.rank
        }
        if how == "desc" { entries.reverse() }
        let isComplete = isComplete
        var listing = Listing(entries, .optional, key: \.id) { $0.json(isComplete: isComplete) }
        let applied = sort == "added" ? "added" : "rank"
        listing.headers = [
            ("X-Sort-By", sort), ("X-Sort-How", how), ("X-Applied-Sort-By", applied), ("X-Applied-Sort-How", how),
            ("X-List-ID", "\(number)"),
        ]
        return .listing(listing)
    }

    /// `movies` as the bodies' `movie`; nothing for `all` or none; nil if there is no such type.
    private static func type(_ name: String?, _ known: [String]) -> String? {
        guard let name, name != "all" else { return "" }
        guard known.contains(name) else { return nil }
        return name == "people" ? "person" : String(name.dropLast())
    }
}
