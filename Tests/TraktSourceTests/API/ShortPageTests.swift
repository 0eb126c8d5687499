import Diagnostics
import Formats
import PluginKit
import PluginTestKit
import Records
import Testing

@testable import TraktSource

/// What becomes of a page that is not whole, for every kind of header fields and every place in the walk: the table of
/// `docs/trakt-api.md`.
@Suite struct ShortPageTests {
    private let path = "sync/history/movies"
    private static let all = 1000

    /// What the answers of a server say of its pages.
    enum Headers: String, CaseIterable, Sendable {
        case complete
        case noItems
        case noPages
        case noLimit
        case itemsAlone
        case pagesAlone
        case none
        case itemsTooHigh
        case itemsTooLow
        case pagesTooHigh
        case pagesTooLow
        case limitTooHigh
        case limitTooLow
        case wrongPage
        case largest
        case unreadable

        /// The fields of an answer with a page of 250 of 1,000 plays.
        func fields(page: Int) -> [(String, String)] {
            let fields: (String?, String?, String?) =
                switch self {
                case .complete, .wrongPage: ("4", "1000", "250")
                case .noItems: ("4", nil, "250")
                case .noPages: (nil, "1000", "250")
                case .noLimit: ("4", "1000", nil)
                case .itemsAlone: (nil, "1000", nil)
                case .pagesAlone: ("4", nil, nil)
                case .none: (nil, nil, nil)
                case .itemsTooHigh: ("4", "2000", "250")
                case .itemsTooLow: ("4", "500", "250")
                case .pagesTooHigh: ("9", "1000", "250")
                case .pagesTooLow: ("3", "1000", "250")
                case .limitTooHigh: ("4", "1000", "4611686018427387904")
                case .limitTooLow: ("4", "1000", "3")
                case .largest: ("4", "9223372036854775807", "9223372036854775807")
                case .unreadable: ("4", "1e3", "-250")
                }
            var all: [(String, String)] = []
            if let pages = fields.0 { all.append(("X-Pagination-Page-Count", pages)) }
            if let items = fields.1 { all.append(("X-Pagination-Item-Count", items)) }
            if let limit = fields.2 { all.append(("X-Pagination-Limit", limit)) }
            if !all.isEmpty { all.append(("X-Pagination-Page", self == .wrongPage ? "77" : "\(page)")) }
            return all
        }
    }

    /// What is wrong with a page.
    enum Fault: CaseIterable, Sendable {
        case short
        case empty
        case doubled
    }

    /// Where it is: the first page, one in the middle, the last.
    static let places = [1, 2, 4]

    /// A Trakt of four pages of which one is not what it should be, so often.
    private func trakt(_ headers: Headers, _ fault: Fault?, on faulty: Int = 0, times: Int = .max) -> MadeUpTrakt {
        let plays = MadeUpTrakt.plays(Self.all)
        let left = Locked(times)
        return MadeUpTrakt([path: plays]) { [path] request, _, trakt in
            guard request.url.target.hasPrefix("/\(path)") else { return nil }
            let query = request.url.target.split { "?&".contains($0) }.dropFirst()
            guard let page = query.first.flatMap({ Int($0.dropFirst(5)) }) else { return nil }
            func items(_ number: Int) -> [String] {
                Array(plays[min((number - 1) * 250, Self.all)..<min(number * 250, Self.all)])
            }
            var shown = items(page)
            let isDue = left.withLock { left in
                guard page == faulty, left > 0 else { return false }
                left -= 1
                return true
            }
            if isDue {
                switch fault {
                case .short: shown = Array(shown.prefix(83))
                case .empty: shown = []
                // The neighbour that is read later, or, of the first page, the second.
                case .doubled: shown = items(page == 1 ? 2 : page - 1)
                case nil: break
                }
            }
            let fields = headers.fields(page: page).map { HTTPHeaders.Field($0.0, value: $0.1) }
            return HTTPResponse(
                status: 200,
                headers: HTTPHeaders(fields),
                body: Array(("[" + shown.joined(separator: ",") + "]").utf8)
            )
        }
    }

    /// How a run ends that begins anew as often as a real one does, in a letter.
    ///
    ///     .  all plays, and nothing to say       w  all, with a warning that a number is wrong
    ///     n  all, with a note                    h  some are missing, with a note that names both numbers
    ///     F  refused with both numbers           R  refused, because pages repeat others
    ///     M  refused, because it never was of one moment
    ///     u  some are missing, and no answer of the server shows it
    private func ending(_ trakt: MadeUpTrakt, _ options: String = "") async throws -> Character {
        let log = StageLog()
        let bench = Bench.trakt(trakt, log: log)
        for attempt in 1...4 {
            do {
                let ids = try await bench.read("data = \"history\"" + options).column("id")
                let isWhole = Set(ids) == Set((1...Self.all).map { Value.integer(Int64($0)) }) && ids.count == Self.all
                switch (isWhole, log.all.map(\.severity).max()) {
                case (true, nil): return "."
                case (true, .note?): return "n"
                case (true, _): return "w"
                case (false, nil): return "u"
                case (false, _): return "h"
                }
            } catch StageFailure.sourceChanged(_) where attempt < 4 {
                continue
            } catch StageFailure.sourceChanged(_) {
                return "M"
            } catch let diagnostic as Diagnostic {
                return diagnostic.code == "trakt.count" ? "F" : diagnostic.code == "trakt.repeats" ? "R" : "?"
            }
        }
        return "?"
    }

    /// How runs end where all is well, and where a page is not what it should be: once, and always.
    ///
    /// Within a group: a short page, an empty one, one that repeats its neighbour; of each the first, a middle, the last.
    private static let table = """
        headers      | well | once        | always
        complete     | .    | ... ... ... | FFF FFF RRR
        noItems      | .    | ... ... ... | FFu FFh RRR
        noPages      | .    | ... ... ... | FFF FFF RRR
        noLimit      | .    | ... ... ... | FFF FFF RRR
        itemsAlone   | .    | ... ... ... | FFF FFF RRF
        pagesAlone   | .    | ... ... ... | FFu FFh RRR
        none         | .    | ... ... ... | FFu FFu RRu
        itemsTooHigh | w    | www www www | FFF FFF RRR
        itemsTooLow  | n    | nnn nnn nnn | FFh FFh RRR
        pagesTooHigh | .    | ... ... ... | FFF FFF RRR
        pagesTooLow  | .    | ... ... ... | FFF FFF RRF
        limitTooHigh | .    | ... ... ... | FFF FFF RRR
        limitTooLow  | .    | ... ... ... | FFF FFF RRR
        wrongPage    | .    | ... ... ... | FFF FFF RRR
        largest      | w    | www www www | FFF FFF RRR
        unreadable   | .    | ... ... ... | FFu FFh RRR
        """

    @Test(arguments: Headers.allCases)
    func `a page that is not whole is asked for again, and what was announced is delivered or refused`(
        headers: Headers
    ) async throws {
        let row = try #require(Self.table.split(separator: "\n").first { $0.hasPrefix("\(headers) ") })
        var made = [String(try await ending(trakt(headers, nil)))]
        for times in [1, Int.max] {
            var groups: [String] = []
            for fault in Fault.allCases {
                var group = ""
                for place in Self.places {
                    group.append(try await ending(trakt(headers, fault, on: place, times: times)))
                }
                groups.append(group)
            }
            made.append(groups.joined(separator: " "))
        }
        let cells = row.split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(made == Array(cells.dropFirst()))
    }
}
