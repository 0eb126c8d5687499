internal import PluginKit

/// The rows of one film for a diary: undated ones first, then day after day.
///
/// Only the current day is held, and the positions of a few texts that go to another row, so the memory does not depend
/// on the number of viewings.
struct DiaryFilm {
    /// The most texts that one row may take from others.
    static let mostTexts = 1_000

    private let settings: Settings
    private var undated = Undated()
    private var day = Day()
    /// The latest rating of all dated rows.
    private var rating: UInt8 = 0
    /// The number of rows so far, and the highest number of viewings of the film that a row states.
    private var rows = 0
    private var plays: UInt16 = 0
    /// The entry of the first day; whether it is a rewatch is known only after all rows.
    private var debut: (row: FilmRow, rating: UInt8)?

    private struct Undated {
        var first: FilmRow?
        var count = 0
        var rating = NewestRating()
        var texts: [UInt64] = []

        mutating func removeAll() {
            first = nil
            count = 0
            rating = NewestRating()
            texts.removeAll(keepingCapacity: true)
        }
    }

    private struct Day {
        /// The last viewing of the day; the others are joined to it.
        var row: FilmRow?
        var count = 0
        var rating = NewestRating()
        var texts: [UInt64] = []

        mutating func removeAll() {
            row = nil
            count = 0
            rating = NewestRating()
            if !texts.isEmpty { texts.removeAll(keepingCapacity: true) }
        }
    }

    init(_ settings: Settings) { self.settings = settings }

    /// Adds a row that follows those before it.
    mutating func add(
        _ row: FilmRow,
        decisions: inout Decisions,
        tally: inout Tally
    ) throws(Diagnostic) {
        rows += 1
        plays = max(plays, row.plays)
        guard row.order.isDated else { return try addUndated(row, decisions: &decisions, tally: &tally) }
        if let earlier = day.row {
            if earlier.order.day == row.order.day {
                try join(earlier, decisions: &decisions, tally: &tally)
            } else {
                try closeDay(earlier, isNewest: false, decisions: &decisions, tally: &tally)
                day.removeAll()
            }
        }
        day.row = row
        day.count += 1
        day.rating.take(row)
    }

    /// Moves the texts of an earlier row of the day to the last one.
    private mutating func join(
        _ earlier: FilmRow,
        decisions: inout Decisions,
        tally: inout Tally
    ) throws(Diagnostic) {
        if earlier.hasText, day.texts.count < Self.mostTexts {
            day.texts.append(earlier.offset)
        } else {
            if earlier.hasText { tally.lostTexts += 1 }
            try decisions.add(.drop, for: earlier.offset)
        }
    }

    /// Ends the film.
    mutating func finish(_ decisions: inout Decisions, tally: inout Tally) throws(Diagnostic) {
        if let newest = day.row {
            try closeDay(newest, isNewest: true, decisions: &decisions, tally: &tally)
            try decideDebut(&decisions)
            try filterUndated(for: newest, decisions: &decisions, tally: &tally)
        } else if let row = undated.first {
            tally.written += 1
            tally.noteFiltered(undated.count - 1, because: "further rows without a date of one film")
            if undated.rating.value != row.rating {
                try decisions.add(.write(isRewatch: false, rating: undated.rating.value), for: row.offset)
            }
            for offset in undated.texts where offset != row.offset {
                try decisions.add(.contribute(to: row.order), for: offset)
            }
        }
        if undated.count > 0 { undated.removeAll() }
        day.removeAll()
        debut = nil
        rating = 0
        rows = 0
        plays = 0
    }

    /// Decides whether the film was seen before the first day: without a date, or in viewings that are not records.
    private func decideDebut(_ decisions: inout Decisions) throws(Diagnostic) {
        guard let (row, rating) = debut else { return }
        let isRewatch = settings.undatedFirst && undated.count > 0 || Int(plays) > rows
        if isRewatch || rating != row.rating {
            try decisions.add(.write(isRewatch: isRewatch, rating: rating), for: row.offset)
        }
    }

    private mutating func addUndated(
        _ row: FilmRow,
        decisions: inout Decisions,
        tally: inout Tally
    ) throws(Diagnostic) {
        undated.count += 1
        undated.rating.take(row)
        let isFirst = undated.first == nil
        if isFirst { undated.first = row }
        if row.hasReview, undated.texts.count < Self.mostTexts {
            undated.texts.append(row.offset)
        } else if !isFirst {
            if row.hasReview { tally.lostTexts += 1 }
            try decisions.add(.drop, for: row.offset)
        }
    }

    /// Decides about a day: its last row is written, with the rating and the texts of the others.
    private mutating func closeDay(
        _ row: FilmRow,
        isNewest: Bool,
        decisions: inout Decisions,
        tally: inout Tally
    ) throws(Diagnostic) {
        if day.rating.value != 0 { rating = day.rating.value }
        var own = settings.ratings == .every ? day.rating.value : isNewest ? rating : 0
        if isNewest, own == 0 { own = undated.rating.value }
        if debut == nil {
            debut = (row, own)
        } else {
            try decisions.add(.write(isRewatch: true, rating: own), for: row.offset)
        }
        for offset in day.texts { try decisions.add(.contribute(to: row.order), for: offset) }
        tally.written += 1
        tally.noteFiltered(day.count - 1, because: "second viewing on one day")
    }

    /// Leaves out undated rows; their reviews go to the latest viewing.
    private func filterUndated(
        for newest: FilmRow,
        decisions: inout Decisions,
        tally: inout Tally
    ) throws(Diagnostic) {
        guard let first = undated.first else { return }
        tally.noteFiltered(undated.count, because: "without a date, of films with a dated viewing")
        if undated.texts.first != first.offset { try decisions.add(.drop, for: first.offset) }
        for offset in undated.texts { try decisions.add(.contribute(to: newest.order), for: offset) }
    }
}

/// The latest rating of several rows; of equally late ones the highest, so that their order does not matter.
struct NewestRating {
    private(set) var value: UInt8 = 0
    private var order = RowOrder(bits: 0)

    init() {}

    init(_ row: FilmRow) { take(row) }

    /// Adds a row that is not older than those before it.
    mutating func take(_ row: FilmRow) {
        guard row.rating != 0, value == 0 || order < row.order || row.rating > value else { return }
        value = row.rating
        order = row.order
    }
}
