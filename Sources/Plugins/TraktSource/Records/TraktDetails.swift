internal import Records

/// The columns of complete objects, which Trakt sends only on request: ten times as many bytes.
enum TraktDetails {
    static let columns = [
        TraktRecord.Column(
            "released",
            kind: .text,
            paths: "movie.released",
            help: "With `details`: the film's day of release, as 2014-09-01."
        ),
        TraktRecord.Column(
            "runtime",
            kind: .integer,
            paths: "movie.runtime",
            help: "With `details`: the film's length in minutes."
        ),
        TraktRecord.Column(
            "original_title",
            kind: .text,
            paths: "movie.original_title",
            help: "With `details`: the film's title in its own language."
        ),
        TraktRecord.Column(
            "language",
            kind: .text,
            paths: "movie.language",
            help: "With `details`: the film's language, two letters."
        ),
        TraktRecord.Column(
            "country",
            kind: .text,
            paths: "movie.country",
            help: "With `details`: the film's country, two letters."
        ),
        TraktRecord.Column(
            "certification",
            kind: .text,
            paths: "movie.certification",
            help: "With `details`: the film's age rating."
        ),
        TraktRecord.Column(
            "overview",
            kind: .text,
            paths: "movie.overview",
            help: "With `details`: the film's plot."
        ),
    ]

    /// The names of the columns.
    static let names = columns.map(\.name)
}
