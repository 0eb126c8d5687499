@testable import TraktSource

/// An export of pages that a test damages, with what it states about them.
struct MadeUpExport {
    /// Files by their names, as lists of items.
    var pages: [String: [String]] = [:]
    /// Files by their names, as they are.
    var others: [String: String] = [:]

    static let full = 20

    /// The files, of the pages those that are given.
    var files: [(String, String)] {
        (pages.mapValues { "[\($0.joined(separator: ","))]" }.map { ($0, $1) } + others.map { ($0, $1) })
            .sorted { $0.0 < $1.0 }
    }

    /// Adds items in pages of twenty.
    mutating func add(_ stem: String, _ items: [String]) {
        guard items.count > Self.full else {
            pages["\(stem).json"] = items
            return
        }
        for (page, first) in stride(from: 0, to: items.count, by: Self.full).enumerated() {
            pages["\(stem)-\(page + 1).json"] = Array(items[first..<min(first + Self.full, items.count)])
        }
    }

    /// Items of each file that a kind of data is read from, 70 of each, and nothing that states how many there are.
    init(_ stems: [String]) {
        for stem in stems {
            add(stem, (1...70).map { Self.item(stem, $0) })
        }
    }

    /// One item as a file has it.
    static func item(_ stem: String, _ number: Int) -> String {
        let film = #""movie":{"title":"F","ids":{"trakt":\#(number)}}"#
        let show = #""show":{"title":"S","ids":{"trakt":\#(number)}}"#
        let id = #""id":\#(9_000_000_000 - number * 3)"#
        let time = "2014-03-31T09:28:00.000Z"
        switch stem {
        case "watched-history":
            return number.isMultiple(of: 7)
                ? #"{\#(id),"watched_at":"\#(time)","type":"episode","episode":{"season":1,"number":1},\#(show)}"#
                : #"{\#(id),"watched_at":"\#(time)","type":"movie",\#(film)}"#
        case "watched-movies": return #"{"plays":1,\#(film)}"#
        case "watched-shows": return #"{"plays":1,\#(show)}"#
        case "ratings-movies": return #"{"rating":7,"type":"movie",\#(film)}"#
        case "ratings-shows": return #"{"rating":7,\#(show)}"#
        case "ratings-seasons": return #"{"rating":7,"season":{"number":\#(number)},"show":{"ids":{"trakt":1}}}"#
        case "ratings-episodes":
            return
                #"{"rating":7,"episode":{"season":1,"number":\#(number),"ids":{"trakt":\#(number)}},"show":{"ids":{"trakt":1}}}"#
        case "collection-movies": return #"{"collected_at":"\#(time)",\#(film)}"#
        case "collection-shows": return #"{"last_collected_at":"\#(time)",\#(show),"seasons":[]}"#
        case "collection-episodes":
            return #"{"collected_at":"\#(time)","episode":{"season":2,"number":\#(number)},"show":{"ids":{"trakt":1}}}"#
        case "comments-movies", "comments-shows", "comments-seasons", "comments-episodes":
            return #"{"comment":{"id":\#(number),"parent_id":0,"comment":"well"},\#(film)}"#
        case "notes-movies": return #"{"note":{"id":\#(number),"notes":"well"},\#(film)}"#
        case "lists-lists": return #"{"name":"L","item_count":0,"ids":{"trakt":\#(number)}}"#
        default: return #"{\#(id),"rank":\#(number),"type":"movie",\#(film)}"#
        }
    }

    func fixture(as form: ExportFixture.Form = .zip) throws -> ExportFixture { try ExportFixture(files, as: form) }
}
