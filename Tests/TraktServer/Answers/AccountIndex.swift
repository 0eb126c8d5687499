internal import SampleExport

/// The account as it is now, with what takes a while to find.
struct AccountIndex: Sendable {
    let account: TraktAccount
    /// The times of all plays, in their order.
    private let times: [Int64]
    private let films: [Int32]
    private let episodes: [Int32]
    let watchedFilms: [WatchedTitle]
    let watchedShows: [WatchedTitle]

    init(_ account: TraktAccount) {
        self.account = account
        times = account.plays.map(\.milliseconds)
        var films: [Int32] = []
        var episodes: [Int32] = []
        for (index, play) in account.plays.enumerated() {
            if play.film == nil { episodes.append(Int32(index)) } else { films.append(Int32(index)) }
        }
        self.films = films
        self.episodes = episodes
        watchedFilms = account.watchedFilms
        watchedShows = account.watchedShows
    }

    /// The places of plays of a type, of one title, within a stretch of time, newest first.
    ///
    /// - Parameters:
    ///   - type: `movies`, `shows`, `seasons`, `episodes`, or nil for films and episodes.
    ///   - title: The number or, of films and shows, the address of the title.
    ///   - start: The first millisecond, inclusive.
    ///   - end: The last millisecond, inclusive.
    /// - Returns: Places in the account's plays.
    func plays(_ type: String?, of title: String?, from start: Int64?, to end: Int64?) -> [Int32] {
        let all: [Int32] =
            switch type {
            case nil: account.plays.indices.map(Int32.init)
            case "movies": films
            default: episodes
            }
        guard title != nil || start != nil || end != nil else { return all }
        return all.filter { index in
            let time = times[Int(index)]
            guard time >= start ?? .min, time <= end ?? .max else { return false }
            return title.map { Self.play(account.plays[Int(index)], is: $0, type) } ?? true
        }
    }

    private static func play(_ play: Play, is title: String, _ type: String?) -> Bool {
        switch play.subject {
        case .film(let film): return title == "\(film.trakt)" || title == film.slug
        case .episode(let episode):
            switch type {
            case "shows": return title == "\(episode.show.trakt)" || title == episode.show.slug
            case "seasons": return title == "\(Title.season(episode.show, episode.season).trakt)"
            default: return title == "\(episode.trakt)"
            }
        }
    }
}
