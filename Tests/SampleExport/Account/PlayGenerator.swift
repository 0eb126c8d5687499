/// Makes up a history of any length.
struct PlayGenerator {
    private let size: AccountSize
    private let films: [Film]
    private let episodes: [Episode]

    init(_ size: AccountSize, films: [Film], shows: [Show]) {
        self.size = size
        self.films = films
        episodes = shows.flatMap(\.episodes)
    }

    /// The plays in the order of their times, newest first, odd dates anywhere; without numbers.
    func plays(from chance: inout SeededGenerator) -> [Play] {
        let count = size.plays + size.episodePlays
        var plays: [Play] = []
        plays.reserveCapacity(count)
        var leftFilms = size.plays
        var previous = time(of: 0, of: count, from: &chance)
        for index in 0..<count {
            let isFilm = chance.next(below: count - index) < leftFilms
            var time = time(of: index, of: count, from: &chance)
            // Two machines report what one person saw.
            if chance.next(below: 50) == 0 { time = previous }
            previous = time
            if isFilm {
                leftFilms -= 1
                let film = chance.pick(films)
                plays.append(
                    Play(subject: .film(film), time: unusual(index, from: &chance, or: time), action: action(&chance))
                )
            } else {
                plays.append(Play(subject: .episode(chance.pick(episodes)), time: time, action: action(&chance)))
            }
        }
        return plays
    }

    private static let lastDay = Int(BerlinTime.day(2026, 9, 30))
    private static let days = 15 * 365

    /// Fifteen years, evenly filled, mostly to the minute, never in the hour of the night that may not exist.
    private func time(of index: Int, of count: Int, from chance: inout SeededGenerator) -> BerlinTime {
        let day = Self.lastDay - index * Self.days / max(1, count)
        let hour = chance.chance(15) ? chance.next(in: 0...1) : chance.next(in: 14...23)
        // Some old ones still have seconds.
        let seconds = day < Int(BerlinTime.day(2015, 1, 1)) && chance.chance(2) ? chance.next(below: 60) : 0
        return BerlinTime(day: Int32(day), second: hour * 3600 + chance.next(below: 60) * 60 + seconds)
    }

    /// Nil where the date is unknown; some plays are of long ago, in winters, and two are of next year.
    private func unusual(_ index: Int, from chance: inout SeededGenerator, or time: BerlinTime) -> BerlinTime? {
        let lot = chance.next(below: 1000)
        guard size.unusualDates > 0 else { return time }
        if index == 3 || index == 7 { return BerlinTime(2027, 1, 1 + index, 20, 15) }
        if lot < size.unusualDates { return nil }
        guard lot < 2 * size.unusualDates else { return time }
        let year = chance.pick([1895, 1908, 1931, 1954, 1966, 1970, 1977, 1990])
        return BerlinTime(year, chance.pick([1, 2, 11, 12]), chance.next(in: 2...28), 20, chance.next(below: 60))
    }

    private func action(_ chance: inout SeededGenerator) -> String {
        chance.pick(["scrobble", "scrobble", "scrobble", "checkin", "watch"])
    }
}
