/// How much a made-up account holds.
package struct AccountSize: Sendable, Hashable {
    /// Equal seeds give equal accounts.
    package var seed: UInt64 = 1
    /// Plays of films.
    package var plays = 1000
    /// Plays of episodes.
    package var episodePlays = 100
    /// Ratings of films; those of shows, seasons and episodes are a few of each.
    package var ratings = 200
    /// Films that there are; nil is as many as make a history with rewatches.
    package var films: Int?
    /// Entries of the watchlist.
    package var watchlist = 40
    /// Favorites.
    package var favorites = 12
    /// Films on the shelf.
    package var collection = 30
    /// Lists.
    package var lists = 3
    /// Entries of each list.
    package var listEntries = 20
    /// Comments.
    package var comments = 25
    /// Notes.
    package var notes = 12
    /// Of a thousand plays, those at an unknown date, and as many of long ago.
    package var unusualDates = 3

    /// A thousand plays, two hundred ratings, and some of everything else.
    package init(seed: UInt64 = 1, plays: Int = 1000, ratings: Int = 200) {
        self.seed = seed
        self.plays = plays
        self.ratings = ratings
        episodePlays = plays / 10
    }
}
