// What the owner does on another machine, perhaps while the account is being read. Each change also moves the time in
// `last_activities`, as Trakt does for additions, for deletions, and for plays of long ago.

extension TraktAccount {
    /// Logs a play.
    ///
    /// - Parameters:
    ///   - play: A play with a number that no other has.
    ///   - now: Milliseconds since 1970-01-01T00:00:00Z.
    package mutating func insert(_ play: Play, at now: Int64) {
        // Found from the front: what is logged is mostly new.
        let place = plays.firstIndex { ($0.milliseconds, $0.id) < (play.milliseconds, play.id) } ?? plays.count
        plays.insert(play, at: place)
        touchPlays(play, at: now)
    }

    /// Deletes a play; nothing happens if there is none of the number.
    package mutating func removePlay(_ id: Int, at now: Int64) {
        guard let place = plays.firstIndex(where: { $0.id == id }) else { return }
        touchPlays(plays.remove(at: place), at: now)
    }

    /// Gives a play another time, as when Trakt cut the seconds off; nothing happens if there is none of the number.
    package mutating func retimePlay(_ id: Int, to time: BerlinTime?, at now: Int64) {
        guard let place = plays.firstIndex(where: { $0.id == id }) else { return }
        var play = plays.remove(at: place)
        play.time = time
        insert(play, at: now)
    }

    /// Rates a title, or rates it anew: a title has one rating.
    package mutating func rate(_ title: Title, _ rating: Int, time: BerlinTime, at now: Int64) {
        ratings.removeAll { $0.title == title }
        ratings.insert(TitleRating(title, rating, at: time), at: 0)
        touched["\(title.type)s.rated_at"] = now
    }

    /// Takes a rating back; nothing happens if there is none.
    package mutating func removeRating(of title: Title, at now: Int64) {
        ratings.removeAll { $0.title == title }
        touched["\(title.type)s.rated_at"] = now
    }

    private mutating func touchPlays(_ play: Play, at now: Int64) {
        touched[play.film == nil ? "episodes.watched_at" : "movies.watched_at"] = now
    }
}
