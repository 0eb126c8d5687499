internal import Formats

/// What a run over the account's export has to find, counted in the account and not in any file.
package struct Expectations: Sendable {
    /// A row of the diary.
    package struct DiaryRow: Hashable, Sendable {
        /// The film.
        package let film: Film
        /// The day in the account's zone, as `YYYY-MM-DD`; nil for a film whose days are all unknown.
        package let day: String?
        /// Whether the film has an earlier row.
        package let isRewatch: Bool
        /// The film's rating on its newest row, if it has one.
        package let rating: Int?
    }

    /// Records in the pages of the history: plays, and the one that stands on two pages.
    package let historyRecords: Int
    /// Plays of films, each once.
    package let filmPlays: Int
    /// Films that were watched.
    package let watchedFilms: Int
    /// A row for each film and each local day on which it was watched.
    package let datedRows: Set<DiaryRow>
    /// A row for each film of which only plays at unknown dates are known.
    package let undatedRows: Set<DiaryRow>
    /// The rating of each rated film, watched or not.
    package let ratings: [Film: Int]
    /// Films on the watchlist, by rank.
    package let watchlist: [Film]
}

extension MadeUpAccount {
    /// What a run over the account's export has to find.
    package var expectations: Expectations {
        Expectations(
            plays: history.plays,
            historyRecords: HistoryPages(history).recordCount,
            ratings: Dictionary(uniqueKeysWithValues: ratings.map { ($0.film, $0.rating) }),
            watchlist: watchlist.sorted { $0.rank < $1.rank }.compactMap(\.film)
        )
    }
}

extension TraktAccount {
    /// What a run over the account has to find, whether over its export or through the API.
    ///
    /// - Precondition: the owner lives in Berlin, since the account counts its days there.
    package var expectations: Expectations {
        precondition(owner.timeZone == MadeUpAccount.timeZone, "days are known in \(MadeUpAccount.timeZone) alone")
        return Expectations(
            plays: plays,
            historyRecords: plays.count,
            ratings: Dictionary(
                ratings.compactMap { rating in rating.title.film.map { ($0, rating.rating) } },
                uniquingKeysWith: { first, _ in first }
            ),
            watchlist: watchlist.sorted { $0.rank < $1.rank }.compactMap(\.title.film)
        )
    }
}

extension Expectations {
    fileprivate init(plays: [Play], historyRecords: Int, ratings: [Film: Int], watchlist: [Film]) {
        var days: [Film: Set<Int32>] = [:]
        for play in plays {
            guard let film = play.film else { continue }
            days[film, default: []].formUnion(play.time.map { [$0.day] } ?? [])
        }
        let dated = days.flatMap { film, days in
            let first = days.min(), last = days.max()
            return days.map { day in
                DiaryRow(
                    film: film,
                    day: CivilDate(daysSince1970: day).description,
                    isRewatch: day != first,
                    rating: day == last ? ratings[film] : nil
                )
            }
        }
        let undated = days.filter(\.value.isEmpty).keys.map { film in
            DiaryRow(film: film, day: nil, isRewatch: false, rating: ratings[film])
        }
        self.init(
            historyRecords: historyRecords,
            filmPlays: plays.count { $0.film != nil },
            watchedFilms: days.count,
            datedRows: Set(dated),
            undatedRows: Set(undated),
            ratings: ratings,
            watchlist: watchlist
        )
    }
}
