/// Something that the account's owner wants to watch.
struct WatchlistEntry: Hashable, Sendable {
    enum Subject: Hashable, Sendable {
        case film(Film)
        case show(Show)
        case season(Show, Int)
        case episode(Episode)
    }

    let subject: Subject
    let rank: Int
    let time: BerlinTime
    let notes: String?

    var film: Film? { if case .film(let film) = subject { film } else { nil } }

    /// Films that were not watched, one that was, and something of shows; some ranks are missing.
    static func make(_ films: Films, from chance: inout SeededGenerator) -> [WatchlistEntry] {
        var subjects: [Subject] = films.wanted.map { .film($0) }
        if let watched = films.special[.leapDay] { subjects.insert(.film(watched), at: 3) }
        let last = Show.all[Show.all.count - 1]
        subjects.insert(.show(last), at: 1)
        subjects.insert(.show(Show.all[4]), at: 6)
        subjects.insert(.season(Show.all[5], 2), at: 9)
        subjects.append(.episode(Episode(show: last, season: 4, number: 6)))
        var rank = 0
        var day = BerlinTime.day(2016, 2, 1)
        return subjects.enumerated().map { index, subject in
            rank += chance.chance(25) ? chance.next(in: 2...4) : 1
            day += Int32(chance.next(in: 20...200))
            let time = BerlinTime(day: day, second: 36_000 + chance.next(below: 40_000))
            return WatchlistEntry(subject: subject, rank: rank, time: time, notes: index % 5 == 2 ? Self.note : nil)
        }
    }

    private static let note = "Recommended by the man at the ticket office, \"twice\"; bring an umbrella ☂️"
}
