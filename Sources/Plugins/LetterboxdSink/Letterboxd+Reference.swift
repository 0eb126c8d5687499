public import PluginKit

extension Letterboxd {
    /// What the reference page says beyond the summary.
    public static let details = """
        The rows follow Letterboxd's import format: a row with a date makes a diary entry, a row without one marks the \
        film as watched. Rows are sorted, oldest first, whatever the order of the input, in constant memory.

        - A film is known by its TMDb id, else by its IMDb id, else by its Letterboxd link, else by title and year.
        - `Rewatch` is true on all viewings of a film but the first. Where the input is only what is new, a column \
        `plays` says how often the film was seen in all: if that is more than there are rows of it, the first of them is \
        a rewatch, too.
        - Viewings of one film on one day become one entry, since Letterboxd keeps only one: the newest rating, all \
        tags, the reviews one below the other.
        - A row without a date is written only for films that have no dated one; elsewhere its rating and its review go \
        to the newest viewing, unless that has a rating.
        - The report names the zone of the days, and counts the viewings that have another day than in the account's \
        zone, and those at 00:00 UTC that have another day here. A zone that this machine does not have ends the run.
        - With `content = "ratings"` a film has one row with its newest rating, with `"watchlist"` and `"list"` one row \
        at its first place.
        - Shows, seasons, episodes and people are left out and counted; Letterboxd knows films.
        - A file ends before `max_bytes`; what is too much goes on in the next one, with the header.
        - A backslash at the end of a field or before a quote is dropped, since Letterboxd may read it as an escape; \
        line breaks in titles become blanks; a quote in a review becomes `&quot;`.
        """

    /// The columns that are looked for, each of them optional.
    public static let columns: [ColumnReference] = [
        .init(
            "type",
            kind: .text,
            help: "`movie`, or what to leave out; without it, or where it is null, every record is a film"
        ),
        .init("tmdb", kind: .integer, help: "TMDb's number of the film"),
        .init("imdb", kind: .text, help: "IMDb's id of the film: `tt0113277`"),
        .init("title", kind: .text, help: "the film's title"),
        .init("year", kind: .integer, help: "the year of its release"),
        .init("directors", kind: .text, help: "names with commas between them, to help find a film without an id"),
        .init("letterboxd_uri", kind: .text, help: "a link to the film or to a diary entry of it"),
        .init(
            "watched_at",
            kind: .instant,
            help: "when it was seen, or a date, its day in every zone; null if that is not known"
        ),
        .init(
            "time_zone",
            kind: .text,
            help:
                "the account's zone, an IANA name: that of days with `time_zone = \"account\"`, else what days are compared with"
        ),
        .init("rating", kind: .integer, help: "1 to 10, or a decimal that is one of these; null or 0 for none"),
        .init(
            "plays",
            kind: .integer,
            help: "how often the film was seen in all, if there may be viewings that are no records"
        ),
        .init("rated_at", kind: .instant, help: "when it was rated, or a date: the newest rating wins"),
        .init("rank", kind: .integer, help: "the place on a list"),
        .init("tags", kind: .text, help: "tags with commas between them, for the diary"),
        .init("review", kind: .text, help: "a review in the diary, a note on a list"),
    ]

    /// A sink as it would stand in a pipeline file.
    public static let example: String? = """
        [[sink]]
        use = "letterboxd"
        path = "exports/diary.csv"
        time_zone = "Europe/Paris"
        """
}
