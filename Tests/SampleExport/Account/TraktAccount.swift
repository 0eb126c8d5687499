/// Everything that a Trakt account holds, as a value.
///
/// Tests make one up (`init(_:)` with a size, or the account of the sample), change it as its owner would, serve it with
/// `TraktServer`, write it as an export with `archive(pageSize:)`, and ask it what a run has to find.
package struct TraktAccount: Sendable {
    /// Whose account it is.
    package var owner = AccountOwner()
    /// Every play once, newest first.
    package internal(set) var plays: [Play]
    /// Ratings of all types, newest first within a type.
    package var ratings: [TitleRating] = []
    /// What the owner wants to see, by rank.
    package var watchlist: [ListEntry] = []
    /// What the owner likes best, by rank.
    package var favorites: [ListEntry] = []
    /// Films and episodes on the shelf.
    package var collection: [CollectedTitle] = []
    /// The owner's lists.
    package var lists: [PersonalList] = []
    /// Reviews, shouts and replies, newest first.
    package var comments: [TitleComment] = []
    /// What the owner noted for themselves.
    package var notes: [TitleNote] = []
    /// When a group of `last_activities` was changed last, in milliseconds since 1970-01-01T00:00:00Z, by its place:
    /// `movies.watched_at`.
    ///
    /// What is not in here follows from the newest of the data.
    package var touched: [String: Int64] = [:]

    /// An account of plays; they may come in any order.
    package init(plays: [Play] = []) { self.plays = Self.newestFirst(plays) }

    /// By time, and by number within a minute, as Trakt sorts a history.
    static func newestFirst(_ plays: [Play]) -> [Play] {
        let order = plays.enumerated().map { (time: $1.milliseconds, id: $1.id, index: $0) }
            .sorted { ($0.time, $0.id) > ($1.time, $1.id) }
        return order.map { plays[$0.index] }
    }
}
