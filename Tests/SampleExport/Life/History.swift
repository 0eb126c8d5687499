/// Fifteen years of evenings.
struct History {
    /// Every play once, newest first.
    let plays: [Play]

    /// How many there are.
    static let count = 412

    init(_ films: Films, from chance: inout SeededGenerator) {
        var plays: [Play] = []
        for kind in SpecialFilm.allCases {
            guard let film = films.special[kind] else { continue }
            for (index, time) in kind.times.enumerated() {
                plays.append(Play(subject: .film(film), time: time, action: kind.actions[index % kind.actions.count]))
            }
        }
        for film in films.ordinary { plays += Self.plays(of: film, from: &chance) }
        let nights = Self.episodes(from: &chance)
        precondition(
            plays.count < Self.count && plays.count + nights.count >= Self.count,
            "the shows do not fill it up"
        )
        plays += nights.prefix(Self.count - plays.count)
        self.plays = Self.numbered(plays, from: &chance)
    }

    /// A film on some evening, and perhaps again years later.
    private static func plays(of film: Film, from chance: inout SeededGenerator) -> [Play] {
        let times = chance.chance(24) ? chance.next(in: 2...4) : 1
        return (0..<times).map { _ in
            let earliest = BerlinTime.day(max(2011, (film.year ?? 2011) + 1), 1, 8)
            let day = Int32(chance.next(in: Int(earliest)...Int(lastDay)))
            return Play(subject: .film(film), time: evening(of: day, from: &chance), action: action(from: &chance))
        }
    }

    /// Series, an episode or two a night.
    private static func episodes(from chance: inout SeededGenerator) -> [Play] {
        Show.all.flatMap { show in
            var day = BerlinTime.day(max(2012, (show.year ?? 2016) + 1), chance.next(in: 1...12), 3)
            var season = 1
            var time = evening(of: day, from: &chance)
            return show.episodes.map { episode in
                if episode.season > season {
                    season = episode.season
                    day += Int32(chance.next(in: 120...300))
                    time = evening(of: day, from: &chance)
                } else if chance.chance(60) {
                    day += Int32(chance.next(in: 1...3))
                    time = evening(of: day, from: &chance)
                } else {
                    time = precise(time.later(minutes: chance.next(in: 28...55)), from: &chance)
                }
                return Play(subject: .episode(episode), time: time, action: action(from: &chance))
            }
        }
    }

    private static let lastDay = BerlinTime.day(2026, 9, 30)

    /// Mostly at eight to eleven, at times after midnight or on an afternoon; never in the hour that may not exist.
    private static func evening(of day: Int32, from chance: inout SeededGenerator) -> BerlinTime {
        let hour =
            chance.chance(15)
            ? chance.next(in: 14...17) : chance.chance(20) ? chance.next(in: 0...1) : chance.next(in: 19...23)
        return precise(BerlinTime(day: day, second: hour * 3600 + chance.next(below: 60) * 60), from: &chance)
    }

    /// Times are kept to the minute; some old ones still have seconds.
    private static func precise(_ time: BerlinTime, from chance: inout SeededGenerator) -> BerlinTime {
        guard time.day < BerlinTime.day(2015, 1, 1), chance.chance(70) else { return time.wholeMinute }
        return BerlinTime(day: time.day, second: time.second / 60 * 60 + chance.next(below: 60))
    }

    private static func action(from chance: inout SeededGenerator) -> String {
        chance.pick(["scrobble", "scrobble", "scrobble", "checkin", "watch"])
    }

    /// Gives out numbers in the order of logging, which for plays of long ago was late, and puts the newest play first.
    ///
    /// The numbers grow ever faster, and past 32 bits, as Trakt's did.
    private static func numbered(_ plays: [Play], from chance: inout SeededGenerator) -> [Play] {
        let wasTypedInLater = { (play: Play) in play.milliseconds < BerlinTime(2011, 1, 1, 0, 0).milliseconds }
        let logged =
            plays.filter { !wasTypedInLater($0) }.enumerated()
            .sorted { ($0.element.milliseconds, $0.offset) < ($1.element.milliseconds, $1.offset) }.map(\.element)
            + plays.filter(wasTypedInLater)
        var numbered: [Play] = []
        for (index, play) in logged.enumerated() {
            var play = play
            play.id = 1_900_000 + index * index * index * 187 + index * 3000 + chance.next(below: 2000)
            numbered.append(play)
        }
        return numbered.sorted { ($0.milliseconds, $0.id) > ($1.milliseconds, $1.id) }
    }
}
