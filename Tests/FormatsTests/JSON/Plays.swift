import Diagnostics
import Records

@testable import Formats

/// Plays of films and episodes as columns: the plan that most tests use.
struct Plays {
    let schema: Schema = [
        "id": .integer, "watched_at": .instant, "type": .text, "title": .text, "year": .integer, "rating": .real,
        "is_private": .boolean, "is_movie": .boolean,
    ]

    func rows(_ form: JSONRows.Form = .array) throws -> JSONRows {
        JSONRows(
            [
                .init(["id"], into: try schema.field("id")),
                .init(["watched_at"], into: try schema.field("watched_at")),
                .init(["type"], into: try schema.field("type")),
                .init(["movie", "title"], into: try schema.field("title")),
                .init(["show", "title"], into: try schema.field("title")),
                .init(["movie", "year"], into: try schema.field("year")),
                .init(["movie", "rating"], into: try schema.field("rating")),
                .init(["private"], into: try schema.field("is_private")),
                .presence(of: ["movie"], into: try schema.field("is_movie")),
            ],
            form: form
        )
    }

    /// All records of a text, read in pages.
    func read(
        _ bytes: [UInt8],
        _ form: JSONRows.Form = .array,
        chunk: Int = .max,
        window: Int = 256 << 10,
        page: Int = 1000
    ) throws -> (batch: Batch, mismatches: Int) {
        var reader = JSONRowReader(
            ChunkedBytes(bytes, chunk: chunk),
            rows: try rows(form),
            name: "plays.json",
            windowSize: window
        )
        var batch = Batch(schema)
        while try reader.read(into: &batch, atMost: page) {}
        return (batch, reader.mismatches)
    }

    func read(_ text: String, _ form: JSONRows.Form = .array) throws -> (batch: Batch, mismatches: Int) {
        try read(Array(text.utf8), form)
    }

    /// What reading a text says, rendered; nil if it says nothing.
    func complaint(about bytes: [UInt8], _ form: JSONRows.Form = .array, window: Int = 256 << 10) throws -> String? {
        do {
            _ = try read(bytes, form, window: window)
            return nil
        } catch let error as Diagnostic {
            return error.rendered()
        }
    }

    func complaint(about text: String, _ form: JSONRows.Form = .array) throws -> String? {
        try complaint(about: Array(text.utf8), form)
    }

    static let document = """
        [
          {"id":13062230456,"watched_at":"2026-07-05T15:14:00.000Z","action":"scrobble","type":"movie",
           "movie":{"ids":{"imdb":"tt0111503","plex":{"guid":"5d77","slug":null}},"year":1994,"title":"True Lies"}},
          {"id":1982347,"watched_at":"1970-01-01T00:00:00.000Z","action":"checkin","type":"episode","private":true,
           "episode":{"season":2,"number":1,"title":"Pawnee Zoo","ids":{"trakt":251,"imdb":null}},
           "show":{"title":"Parks and Recreation","year":2009,"genres":["a","b",[1,{"c":[]}]]}},
          null,
          {"id":"155","type":"mo\\u0076ie","mo\\u0076ie":{"title":"\\u00c4 \\ud83c\\udfac \\"A\\\\B\\"\\n\\ud800!","year":1950.0,
           "rating":8.25,"overview":"Alien³ – Amélie 日本"},"private":false}
        ]

        """

    static let documentRecords: [[Value]] = [
        [13_062_230_456, .instant(1_783_264_440_000_000), "movie", "True Lies", 1994, nil, nil, true],
        [1_982_347, .instant(0), "episode", "Parks and Recreation", nil, nil, true, false],
        [nil, nil, nil, nil, nil, nil, nil, false],
        [155, nil, "movie", "Ä 🎬 \"A\\B\"\n\u{FFFD}!", 1950, 8.25, false, true],
    ]
}
