/// A film that was never made.
package struct Film: Hashable, Sendable {
    /// Its title.
    package let title: String
    /// Its year; nil where Trakt knows none.
    package let year: Int?
    /// Its number at Trakt.
    package let trakt: Int
    /// Its address at Trakt.
    package let slug: String
    /// Its IMDb id: from `tt90000001` on, or nil, or empty.
    package let imdb: String?
    /// Its number at TMDb: from 90000001 on, or nil.
    package let tmdb: Int?

    /// The first number that no film has.
    static let firstNumber = 90_000_001

    /// A film, numbered by its place in the catalogue, counted from 0.
    package init(_ title: String, year: Int?, place: Int, ids: Ids = .both) {
        self.title = title
        self.year = year
        trakt = 80_000_001 + place
        slug = Slug.make(title, year: year, number: trakt)
        imdb = ids.hasIMDb ? "tt\(Self.firstNumber + place)" : ids == .emptyIMDb ? "" : nil
        tmdb = ids.hasTMDb ? Self.firstNumber + place : nil
    }

    /// Which ids of other services Trakt knows.
    package enum Ids: Sendable {
        case both
        case onlyIMDb
        case onlyTMDb
        case emptyIMDb
        case none

        var hasIMDb: Bool { self == .both || self == .onlyIMDb }
        var hasTMDb: Bool { self == .both || self == .onlyTMDb || self == .emptyIMDb }
    }
}

/// Addresses in the way of Trakt: letters and digits of ASCII, the year, or the number where nothing is left.
enum Slug {
    static func make(_ title: String, year: Int?, number: Int) -> String {
        var slug = ""
        for byte in title.lowercased().utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                slug.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "'"), 0x80...:
                break
            default:
                if !slug.hasSuffix("-"), !slug.isEmpty { slug += "-" }
            }
        }
        while slug.hasSuffix("-") { slug.removeLast() }
        guard !slug.isEmpty else { return "\(number)" }
        return year.map { "\(slug)-\($0)" } ?? slug
    }
}
