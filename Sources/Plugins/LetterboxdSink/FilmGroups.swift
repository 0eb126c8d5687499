internal import PluginKit

/// Goes through the rows film after film, and notes every row that is not written as it is.
struct FilmGroups: ~Copyable {
    private let settings: Settings
    private var decisions: Decisions
    private var tally = Tally()

    private var diary: DiaryFilm
    /// The row that a film has so far, where it gets only one.
    private var only: FilmRow?
    private var film: FilmKey?

    init(_ settings: Settings, near path: String) {
        self.settings = settings
        decisions = Decisions(near: path)
        diary = DiaryFilm(settings)
    }

    /// Takes a row; the rows of one film come one after the other, in their order.
    mutating func add(_ row: FilmRow) throws(Diagnostic) {
        if film != row.film {
            try finishFilm()
            film = row.film
        }
        switch settings.content {
        case .diary: try diary.add(row, decisions: &decisions, tally: &tally)
        case .ratings: try keepNewest(row)
        case .watchlist, .list: try keepFirst(row)
        }
    }

    /// Ends the last film, and gives what was noted.
    consuming func finish() throws(Diagnostic) -> Outcome {
        try finishFilm()
        return Outcome(decisions: decisions, tally: tally)
    }

    /// What becomes of the rows: the exceptions, and the counts of all.
    struct Outcome: ~Copyable {
        var decisions: Decisions
        var tally: Tally
    }

    private mutating func finishFilm() throws(Diagnostic) {
        if settings.content == .diary {
            try diary.finish(&decisions, tally: &tally)
        } else if only != nil {
            tally.written += 1
            only = nil
        }
    }

    private mutating func keepNewest(_ row: FilmRow) throws(Diagnostic) {
        guard let earlier = only else {
            only = row
            return
        }
        tally.noteFiltered(1, because: "older ratings of one film")
        // Of two at one moment the higher one stays, so that their order makes no difference.
        let stays = earlier.order == row.order && earlier.rating > row.rating
        only = stays ? earlier : row
        try decisions.add(.drop, for: stays ? row.offset : earlier.offset)
    }

    private mutating func keepFirst(_ row: FilmRow) throws(Diagnostic) {
        guard only != nil else {
            only = row
            return
        }
        tally.noteFiltered(1, because: "a film's second place on the list")
        try decisions.add(.drop, for: row.offset)
    }
}
