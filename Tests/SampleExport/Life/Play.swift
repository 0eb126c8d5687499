/// One entry of the history: something watched.
package struct Play: Hashable, Sendable {
    /// What was watched.
    package enum Subject: Hashable, Sendable {
        case film(Film)
        case episode(Episode)
    }

    /// What was watched.
    package let subject: Subject
    /// When; nil where nobody knows.
    package var time: BerlinTime?
    /// How it was logged: `scrobble`, `checkin` or `watch`.
    package let action: String
    /// Trakt's number of it; set when all plays are known.
    package var id = 0

    /// A play, with a number or without one yet.
    package init(subject: Subject, time: BerlinTime?, action: String, id: Int = 0) {
        self.subject = subject
        self.time = time
        self.action = action
        self.id = id
    }

    /// The film, if it was one.
    package var film: Film? { if case .film(let film) = subject { film } else { nil } }
    /// The episode, if it was one.
    package var episode: Episode? { if case .episode(let episode) = subject { episode } else { nil } }

    /// As Trakt writes it: an unknown date is the first moment of 1970.
    package var watchedAt: String { time?.traktText ?? "1970-01-01T00:00:00.000Z" }
    /// What the history is sorted by: milliseconds since 1970-01-01T00:00:00Z, 0 where nobody knows.
    package var milliseconds: Int64 { time?.milliseconds ?? 0 }
}
