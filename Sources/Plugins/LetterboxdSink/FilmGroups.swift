internal import PluginKit

/// Processes the rows film by film, and stores a decision for every row that is not written unchanged.
struct FilmGroups: ~Copyable {
    private let settings: Settings
    private var decisions: Decisions
    private var tally = Tally()

    private var diary: DiaryFilm
    /// The row of a film, if the film gets only one.
    private var only: FilmRow?
    private var film: FilmKey?

    init(_ settings: Settings, near path: String) {
        self.settings = settings
        decisions = Decisions(near: path)
        diary = DiaryFilm(settings)
    }

    /// Adds a row; the rows of one film are consecutive and in order.
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

    /// Finishes the last film, and returns the decisions.
    consuming func finish() throws(Diagnostic) -> Outcome {
        try finishFilm()
        return Outcome(decisions: decisions, tally: tally)
    }

    /// The result: the exceptions, and the counts of all rows.
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
        // Of two ratings at the same time the higher one is kept, so that their order does not matter.
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
