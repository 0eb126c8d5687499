internal import Formats

/// The history as Trakt cut it into pages: eleven of them, so that page 10 has to find its place behind page 9.
///
/// One page is shorter than the others, as happens where something was hidden, and the play on the seam of two pages
/// is on both, as happens where something was logged between two calls.
struct HistoryPages {
    /// The plays of each page.
    let pages: [[Play]]

    /// Items of a full page; Trakt's own are of 250.
    static let size = 40
    /// The page that is short, counted from 0.
    private static let shortPage = 4
    /// The page that begins with the last play of the page before it, counted from 0.
    private static let overlappingPage = 7
    /// The pages with everything beyond ASCII as `\u`, and slashes with a backslash, counted from 1.
    private static let escapedPages = [2, 5]

    init(_ history: History) {
        var rest = history.plays[...]
        var pages: [[Play]] = []
        while !rest.isEmpty {
            var page: [Play] = []
            if pages.count == Self.overlappingPage, let last = pages.last?.last { page.append(last) }
            let size = pages.count == Self.shortPage ? Self.size - 2 : Self.size
            let count = size - page.count
            page += rest.prefix(count)
            rest = rest.dropFirst(count)
            pages.append(page)
        }
        precondition(pages.count == 11, "the history has \(pages.count) pages")
        self.pages = pages
    }

    /// Plays, each once.
    private var playCount: Int { Set(pages.joined().map(\.id)).count }

    /// Items on all pages.
    var recordCount: Int { pages.reduce(0) { $0 + $1.count } }

    /// The files, by name.
    func files(from chance: inout SeededGenerator) -> [ExportFile] {
        pages.enumerated().map { index, plays in
            let style = HistoryStyle.of(page: index + 1)
            let items = plays.map { style.json(of: $0, total: playCount, from: &chance) }
            return ExportFile("watched-history-\(index + 1)", items, escaping: Self.escapedPages.contains(index + 1))
        }
    }
}

/// How the items of a page are written; Trakt changed it without notice.
enum HistoryStyle {
    /// Keys sorted, ids of Plex.
    case sorted
    /// The same with counts and ratings that nobody asked for.
    case talkative
    /// Whole films.
    case complete
    /// The objects before what is said of them.
    case backwards
    /// As it was for years.
    case plain
    /// The same with ids that are gone.
    case former

    static func of(page: Int) -> HistoryStyle {
        switch page {
        case 1, 2: .sorted
        case 3: .talkative
        case 4: .complete
        case 8: .backwards
        case 10, 11: .former
        default: .plain
        }
    }

    func json(of play: Play, total: Int, from chance: inout SeededGenerator) -> JSONValue {
        var head: JSONValue = [
            "id": JSONValue(play.id), "watched_at": .string(play.watchedAt), "action": .string(play.action),
            "type": play.film == nil ? "episode" : "movie",
        ]
        switch play.subject {
        case .film(let film):
            head = head.adding(.init("movie", value: movie(film, from: &chance)))
        case .episode(let episode):
            let show = self == .former ? episode.show.formerJSON : episode.show.json
            head = head.adding(.init("episode", value: episode.json), .init("show", value: show))
        }
        if self == .talkative {
            head = head.adding(
                .init("my_rating", value: chance.chance(50) ? nil : JSONValue(chance.next(in: 1...10))),
                .init("total_count", value: JSONValue(total))
            )
        }
        return switch self {
        case .sorted, .talkative: head.reordered { $0.sorted { $0.key < $1.key } }
        case .backwards: head.reordered { $0.reversed() }
        default: head
        }
    }

    private func movie(_ film: Film, from chance: inout SeededGenerator) -> JSONValue {
        switch self {
        case .sorted, .talkative: film.json(guid: chance.hex(24))
        case .complete: film.completeJSON
        default: film.json
        }
    }
}
