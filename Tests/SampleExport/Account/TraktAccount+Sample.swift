extension TraktAccount {
    /// The account of the sample: what the shipped export holds, so that both can be read and compared.
    package init(_ sample: MadeUpAccount) {
        self.init(plays: sample.history.plays)
        let films = sample.films
        ratings = sample.ratings.map {
            TitleRating(.film($0.film), $0.rating, at: $0.time, saysType: $0.saysType)
        }
        ratings += Show.all.prefix(5).map {
            TitleRating(.show($0), 4 + $0.place, at: BerlinTime(2021, 5, 2, 20, 31, 9))
        }
        ratings += [(Show.all[0], 1), (Show.all[1], 0)].map { show, number in
            TitleRating(.season(show, number), 7 + number, at: BerlinTime(2014, 9, 1, 11, 10, 11))
        }
        ratings += Show.all[2].episodes.prefix(6).map {
            TitleRating(.episode($0), 1 + $0.number, at: BerlinTime(2016, 11, 12, 22, 0, 31))
        }
        watchlist = sample.watchlist.map { entry in
            let title: Title =
                switch entry.subject {
                case .film(let film): .film(film)
                case .show(let show): .show(show)
                case .season(let show, let number): .season(show, number)
                case .episode(let episode): .episode(episode)
                }
            return ListEntry(
                title,
                rank: entry.rank,
                id: 90_000_500 + entry.rank,
                at: entry.time,
                notes: entry.notes
            )
        }
        favorites = Self.entries(films.ordinary.dropFirst(20).prefix(4).map { .film($0) }, from: 90_000_600)
        lists = [
            PersonalList(
                "Trains, mostly",
                slug: "trains-mostly",
                number: 90_000_001,
                entries: Self.entries(
                    films.ordinary.prefix(5).map { .film($0) }
                        + [.person(ListedPerson("Wilhelmina Osterhagen", trakt: 84_000_001))],
                    from: 90_000_700
                )
            ),
            PersonalList(
                "Rainy Sundays: the top 50",
                slug: "rainy-sundays-the-top-50",
                number: 90_000_002,
                entries: Self.entries(
                    [.show(Show.all[0])] + films.ordinary.dropFirst(5).prefix(7).map { .film($0) },
                    from: 90_000_800
                )
            ),
        ]
        collection =
            films.ordinary.dropFirst(30).prefix(9).map {
                CollectedTitle(.film($0), at: BerlinTime(2020, 8, 1, 11, 10))
            } + [
                CollectedTitle(
                    .episode(Episode(show: Show.all[1], season: 1, number: 1)),
                    at: BerlinTime(2019, 1, 2, 21, 0)
                )
            ]
        comments = sample.comments
    }

    private static func entries(_ titles: [Title], from id: Int) -> [ListEntry] {
        titles.enumerated().map { index, title in
            ListEntry(
                title,
                rank: index + 1,
                id: id + index,
                at: BerlinTime(2018, 6, 16, 8, 7, 12),
                notes: index == 1 ? "The one with the \"kettle\".\r\nTwice." : nil
            )
        }
    }
}
