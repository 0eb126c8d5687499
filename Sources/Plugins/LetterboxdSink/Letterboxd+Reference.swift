public import PluginKit

extension Letterboxd {
    /// The description on the reference page.
    public static let details = """
        The rows follow Letterboxd's import format: a row with a date makes a diary entry, a row without one marks the \
        film as watched. Rows are sorted, oldest first, whatever the order of the input, in constant memory.

        - A film is identified by its TMDb id, else by its IMDb id, else by its Letterboxd link, else by title and \
        year.
        - `Rewatch` is true on all viewings of a film but the first. If the input has only new records, a column \
        `plays` states how often the film was seen in all: if that is more than the input has rows of the film, the \
        first of them is also a rewatch.
        - Viewings of one film on one day are combined, since Letterboxd keeps only one: the entry has the latest \
        rating, all tags, and the reviews one below the other.
        - A row without a date is written only for films without a dated one; otherwise its rating and its review go \
        to the latest viewing, unless that has a rating.
        - The report names the zone of the days, and counts the viewings that are on another day in the account's \
        zone, and those at 00:00 UTC that are on another day in the zone of the days. If this machine does not have a \
        zone, the run ends.
        - With `content = "ratings"` a film has one row with its latest rating, with `"watchlist"` and `"list"` one \
        row at its first place.
        - Shows, seasons, episodes and people are left out and counted; Letterboxd has only films.
        - A file ends before `max_bytes`; the rest goes to the next file, which repeats the header.
        - A backslash at the end of a field or before a quote is dropped, since Letterboxd may read it as an escape; \
        line breaks in titles become blanks; a quote in a review becomes `&quot;`.
        """

    /// The columns that the sink looks for, each of them optional.
    public static let columns: [ColumnReference] = [
        .init(
            "type",
            kind: .text,
            help: "`movie`, or another type to leave out; without it, or if it is null, a record is a film"
        ),
        .init("tmdb", kind: .integer, help: "the film's TMDb id"),
        .init("imdb", kind: .text, help: "the film's IMDb id: `tt0113277`"),
        .init("title", kind: .text, help: "the film's title"),
        .init("year", kind: .integer, help: "the year of its release"),
        .init("directors", kind: .text, help: "comma-separated names, to help find a film without an id"),
        .init("letterboxd_uri", kind: .text, help: "a link to the film or to a diary entry of it"),
        .init(
            "watched_at",
            kind: .instant,
            help: "when it was seen, or a date, which is the day in every zone; null if unknown"
        ),
        .init(
            "time_zone",
            kind: .text,
            help:
                "the account's zone, an IANA name: used with `time_zone = \"account\"`, otherwise compared with the zone of the days"
        ),
        .init("rating", kind: .integer, help: "1 to 10, also as a decimal; null or 0 for no rating"),
        .init(
            "plays",
            kind: .integer,
            help: "how often the film was seen in all, if the input may lack some viewings"
        ),
        .init("rated_at", kind: .instant, help: "when it was rated, or a date: the newest rating wins"),
        .init("rank", kind: .integer, help: "the place on a list"),
        .init("tags", kind: .text, help: "comma-separated tags, for the diary"),
        .init("review", kind: .text, help: "a review in the diary, a note on a list"),
    ]

    /// An example of the sink in a pipeline file.
    public static let example: String? = """
        [[sink]]
        use = "letterboxd"
        path = "exports/diary.csv"
        time_zone = "Europe/Paris"
        """
}
