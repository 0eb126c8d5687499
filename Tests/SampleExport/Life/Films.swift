/// Everything that the account's owner watched, rated or wants to watch.
struct Films {
    /// Watched for a reason.
    let special: [SpecialFilm: Film]
    /// Watched on ordinary evenings: those with odd titles, and plain ones.
    let ordinary: [Film]
    /// Rated, but never watched.
    let onlyRated: [Film]
    /// Wanted.
    let wanted: [Film]

    init(from chance: inout SeededGenerator) {
        var place = 0
        var special: [SpecialFilm: Film] = [:]
        for kind in SpecialFilm.allCases {
            special[kind] = kind.film(at: place)
            place += 1
        }
        self.special = special
        let titles = OrdinaryTitles.make(128, from: &chance)
        var films = (OddTitles.all + titles).map { title in
            let year = chance.chance(2) ? nil : chance.next(in: 1948...2025)
            let ids: Film.Ids =
                chance.chance(4) ? .onlyIMDb : chance.chance(5) ? .onlyTMDb : chance.chance(4) ? .emptyIMDb : .both
            defer { place += 1 }
            return Film(title, year: year, place: place, ids: ids)
        }
        wanted = Array(films.suffix(17))
        films.removeLast(17)
        onlyRated = Array(films.suffix(6))
        films.removeLast(6)
        ordinary = films
    }
}
