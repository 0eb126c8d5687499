/// One entry of the history: something watched.
struct Play: Hashable, Sendable {
    enum Subject: Hashable, Sendable {
        case film(Film)
        case episode(Episode)
    }

    let subject: Subject
    /// When; nil where nobody knows.
    let time: BerlinTime?
    /// How it was logged.
    let action: String
    /// Trakt's number of it; set when all plays are known.
    var id = 0

    var film: Film? { if case .film(let film) = subject { film } else { nil } }
    var episode: Episode? { if case .episode(let episode) = subject { episode } else { nil } }

    /// As Trakt writes it: an unknown date is the first moment of 1970.
    var watchedAt: String { time?.traktText ?? "1970-01-01T00:00:00.000Z" }
    /// What the history is sorted by.
    var milliseconds: Int64 { time?.milliseconds ?? 0 }
}
