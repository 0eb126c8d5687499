/// A rating, 1 to 10, of a film.
struct FilmRating: Hashable, Sendable {
    let film: Film
    let rating: Int
    let time: BerlinTime
    /// Very old ones come without a `type`.
    let saysType: Bool

    private static let firstDay = BerlinTime.day(2011, 2, 1)

    /// Two films of three that were watched, and some that never were; newest first.
    static func make(_ films: Films, _ history: History, from chance: inout SeededGenerator) -> [FilmRating] {
        var seen: Set<Film> = []
        var ratings: [FilmRating] = []
        for play in history.plays {
            guard let film = play.film, seen.insert(film).inserted, chance.chance(66) else { continue }
            let time = (play.time ?? BerlinTime(2012, 3, 3, 12, 0)).wholeMinute.later(
                minutes: chance.next(in: 95...180)
            )
            ratings.append(
                FilmRating(
                    film: film,
                    rating: min(10, max(1, chance.next(in: 2...8) + chance.next(in: 0...3))),
                    time: BerlinTime(day: max(time.day, firstDay), second: time.second + chance.next(below: 60)),
                    saysType: time.day >= BerlinTime.day(2014, 1, 1)
                )
            )
        }
        for film in films.onlyRated {
            let day = BerlinTime.day(chance.next(in: 2014...2026), chance.next(in: 1...9), chance.next(in: 1...28))
            let time = BerlinTime(day: day, second: 12 * 3600 + chance.next(below: 30_000))
            ratings.append(FilmRating(film: film, rating: chance.next(in: 1...10), time: time, saysType: true))
        }
        return ratings.sorted { ($0.time.milliseconds, $0.film.trakt) > ($1.time.milliseconds, $1.film.trakt) }
    }
}
