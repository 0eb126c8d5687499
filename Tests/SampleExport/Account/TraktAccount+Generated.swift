extension TraktAccount {
    /// A made-up account of any size, the same for the same size.
    ///
    /// It has the oddities of real ones: films without a year or an id, two films of one name, signs that mean something
    /// to JSON or CSV in titles, rewatches, plays in one minute, at unknown dates, of 1895, and of next year.
    package init(_ size: AccountSize) {
        var chance = SeededGenerator(seed: size.seed)
        let count = max(1, size.films ?? max(size.plays / 6, size.ratings * 5 / 4, size.watchlist * 2, 50))
        let films = (0..<count).map { Self.film($0, from: &chance) }
        let shows = Self.shows(max(1, size.episodePlays / 60), from: &chance)

        var plays = PlayGenerator(size, films: films, shows: shows).plays(from: &chance)
        // The number says in which order the plays were logged, which for odd dates is any.
        var id = 1_900_000_000
        let step = max(4, 12_000_000_000 / max(1, plays.count))
        for index in plays.indices.reversed() {
            id += 1 + chance.next(below: step * 2)
            plays[index].id = id
        }
        self.init(plays: plays)

        ratings = Self.ratings(size, films, shows, from: &chance)
        var listed = EntryGenerator(films: films, shows: shows)
        watchlist = listed.entries(size.watchlist, withPeople: false, from: &chance)
        favorites = listed.entries(size.favorites, withPeople: false, from: &chance)
            .filter { ["movie", "show"].contains($0.title.type) }
        lists = (0..<size.lists).map { index in
            PersonalList(
                index == 1 ? "Rainy Sundays: the top 50" : "Trains, mostly",
                slug: index == 1 ? "rainy-sundays-the-top-50" : "trains-mostly\(index == 0 ? "" : "-\(index)")",
                number: 90_000_001 + index,
                entries: listed.entries(size.listEntries, withPeople: true, from: &chance),
                privacy: index == 0 ? "public" : "private"
            )
        }
        collection =
            films.prefix(size.collection).map { CollectedTitle(.film($0), at: Self.evening(from: &chance)) }
            + shows[0].episodes.prefix(5).map { CollectedTitle(.episode($0), at: Self.evening(from: &chance)) }
        comments = Self.comments(size.comments, films, shows, from: &chance)
        notes = Self.notes(size.notes, self.plays, films, from: &chance)
    }

    static func film(_ place: Int, from chance: inout SeededGenerator) -> Film {
        // Every tenth title is an odd one, all in turn.
        let title =
            place % 10 == 3
            ? OddTitles.all[place / 10 % OddTitles.all.count] : OrdinaryTitles.one(from: &chance)
        let year = chance.chance(1) ? nil : chance.next(in: 1948...2025)
        switch chance.next(below: 100) {
        case 0...3: return Film(title, year: year, place: place, ids: .onlyIMDb)
        case 4...7: return Film(title, year: year, place: place, ids: .onlyTMDb)
        case 8...10: return Film(title, year: year, place: place, ids: .emptyIMDb)
        // Only the title tells it from others.
        case 11: return Film("\(title), Reel \(place)", year: year, place: place, ids: .none)
        default: return Film(title, year: year, place: place)
        }
    }

    /// Seven that everybody has, and more where there are many episodes.
    private static func shows(_ count: Int, from chance: inout SeededGenerator) -> [Show] {
        (0..<min(count, 900)).map { place in
            place < Show.all.count
                ? Show.all[place]
                : Show(
                    title: "\(OrdinaryTitles.one(from: &chance)): The Series",
                    year: chance.next(in: 1990...2025),
                    seasons: (0..<chance.next(in: 1...6)).map { _ in chance.next(in: 6...24) },
                    place: place
                )
        }
    }

    /// Some evening of these fifteen years, to the second.
    static func evening(from chance: inout SeededGenerator) -> BerlinTime {
        let day = Int32(chance.next(in: Int(BerlinTime.day(2012, 1, 1))...Int(BerlinTime.day(2026, 9, 30))))
        return BerlinTime(day: day, second: chance.next(in: 18 * 3600...23 * 3600))
    }

    private static func ratings(
        _ size: AccountSize,
        _ films: [Film],
        _ shows: [Show],
        from chance: inout SeededGenerator
    ) -> [TitleRating] {
        var places = Array(films.indices)
        for index in places.indices.dropLast() { places.swapAt(index, chance.next(in: index...places.count - 1)) }
        let rate = { (title: Title, chance: inout SeededGenerator) in
            let time = evening(from: &chance)
            let saysType = time.day >= BerlinTime.day(2014, 1, 1)
            return TitleRating(title, chance.next(in: 1...10), at: time, saysType: saysType)
        }
        let ofFilms = places.prefix(size.ratings).map { rate(.film(films[$0]), &chance) }
        var others = shows.prefix(5).map { rate(.show($0), &chance) }
        others += shows.prefix(3).map { rate(.season($0, 1), &chance) }
        others += shows[0].episodes.prefix(8).map { rate(.episode($0), &chance) }
        let sorted = (ofFilms + others).enumerated()
            .map { (time: $1.time.milliseconds, trakt: $1.title.trakt, rating: $1) }
            .sorted { ($0.time, $0.trakt) > ($1.time, $1.trakt) }
        return sorted.map(\.rating)
    }

    private static func comments(
        _ count: Int,
        _ films: [Film],
        _ shows: [Show],
        from chance: inout SeededGenerator
    ) -> [TitleComment] {
        let texts = [
            "Fine, but the *second* kettle is in C:\\Props 😐", "[spoiler]The postman did it again.[/spoiler]",
            "A film about **waiting**, and about \"the other\" umbrella.\n\nIt takes its time.",
            "Not enough marzipan for my taste.", "Agreed with everything that you say.",
        ]
        let comments = (0..<count).map { index in
            let title: Title = index % 6 == 5 ? .show(chance.pick(shows)) : .film(chance.pick(films))
            let kind = index % texts.count
            var comment = TitleComment(90_000_001 + index, on: title, texts[kind], rating: chance.next(in: 1...10))
            comment.parent = kind == 4 ? 90_000_777 : 0
            comment.isReview = kind == 2
            comment.spoils = kind == 1
            comment.time = evening(from: &chance)
            return comment
        }
        return comments.sorted { ($0.time.milliseconds, $0.id) > ($1.time.milliseconds, $1.id) }
    }

    private static func notes(
        _ count: Int,
        _ plays: [Play],
        _ films: [Film],
        from chance: inout SeededGenerator
    ) -> [TitleNote] {
        let watched = plays.filter { $0.film != nil }
        return (0..<count).map { index in
            let id = 90_100_001 + index
            let text = "Only the one with the \"kettle\"; seat \(index), row ½."
            if index % 3 == 0, !watched.isEmpty, case let play = chance.pick(watched), let film = play.film {
                return TitleNote(id, on: .film(film), at: .play(play.id), text, time: evening(from: &chance))
            }
            let place = chance.pick([TitleNote.Place.title, .title, .rating, .collection])
            return TitleNote(id, on: .film(chance.pick(films)), at: place, text, time: evening(from: &chance))
        }
    }
}
