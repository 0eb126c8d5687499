/// The Trakt account of somebody who does not exist: about 400 plays over fifteen years.
///
/// The films, shows, people and texts are invented, and their ids lie where no real ones are. Everything follows from
/// one seed, so it is the same account every time.
package struct MadeUpAccount: Sendable {
    /// Where the owner lives, as the account's settings say.
    package static let timeZone = "Europe/Berlin"

    let films: Films
    let history: History
    let ratings: [FilmRating]
    let watchlist: [WatchlistEntry]

    /// The account.
    package init() {
        var chance = SeededGenerator(seed: 2011)
        films = Films(from: &chance)
        history = History(films, from: &chance)
        ratings = FilmRating.make(films, history, from: &chance)
        watchlist = WatchlistEntry.make(films, from: &chance)
    }
}
