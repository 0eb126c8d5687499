/// The API paths for a kind of data of an account.
struct TraktRoutes: Sendable {
    let data: TraktData
    let kind: TraktKind
    /// The account's name in URLs; `me` is the account of the token.
    let user: String

    /// Whether it is the account of the token.
    var isOwn: Bool { user == "me" }

    /// The parts of the data, each with its own path; nil if they have to be requested.
    var parts: [String]? {
        switch data {
        case .watched, .collection:
            kind == .all ? [TraktKind.movies.rawValue, TraktKind.shows.rawValue] : [kind.rawValue]
        case .list("*"): nil
        case .list(let name): [Self.part(ofList: name)]
        default: [kind.rawValue]
        }
    }

    /// The name of the part for a list: a space would end the word in a cursor.
    static func part(ofList name: String) -> String { "list-" + name.replacing(" ", with: "-") }

    /// The path of a part.
    func path(of part: String) -> [String] {
        switch data {
        case .history: account("history") + plural(part)
        case .watched: account("watched") + [part]
        case .ratings: account("ratings") + [part]
        case .watchlist: account("watchlist") + plural(part)
        case .favorites: account("favorites") + plural(part)
        case .collection: account("collection") + [part]
        case .comments: ["users", user, "comments", "all", part]
        case .notes: ["users", user, "notes", part]
        case .lists: ["users", user, "lists"]
        case .list:
            ["users", user, "lists", String(part.dropFirst(5)), "items"] + (kind.type.map { [$0] } ?? [])
        }
    }

    /// The `type` of records that do not state it themselves.
    func subject(of part: String) -> String? { TraktKind(rawValue: part)?.type }

    private func account(_ name: String) -> [String] { isOwn ? ["sync", name] : ["users", user, name] }
    private func plural(_ part: String) -> [String] { part == TraktKind.all.rawValue ? [] : [part] }

    /// The name of the data after a number: "99,873 plays".
    var items: String {
        switch data {
        case .history: "plays"
        case .watched: "watched titles"
        case .ratings: "ratings"
        case .collection: "titles in the collection"
        case .favorites: "favorites"
        case .comments: "comments"
        case .notes: "notes"
        case .lists: "lists"
        case .watchlist: "titles on the watchlist"
        case .list: "titles on the list"
        }
    }

    /// The times of last activities that change whenever the data does: group and name, `*` for all groups.
    var activities: [(group: String, name: String)] {
        switch data {
        case .history, .watched:
            switch kind {
            case .movies: [("movies", "watched_at")]
            case .all: [("movies", "watched_at"), ("episodes", "watched_at")]
            default: [("episodes", "watched_at")]
            }
        case .ratings: [("*", "rated_at")]
        case .watchlist: [("watchlist", "updated_at"), ("*", "watchlisted_at")]
        case .favorites: [("favorites", "updated_at"), ("*", "favorited_at")]
        case .collection: [("*", "collected_at")]
        case .comments: [("*", "commented_at")]
        case .notes: [("notes", "updated_at")]
        case .lists, .list: [("lists", "updated_at")]
        }
    }
}
