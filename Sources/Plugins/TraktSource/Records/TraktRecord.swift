internal import Formats
internal import PluginKit
internal import Records

/// The columns of a kind of data, and the places of their values in Trakt's objects.
struct TraktRecord: Sendable {
    let data: TraktData
    private let columns: [Column]

    struct Column: Sendable {
        let name: String
        let kind: Schema.Kind
        /// The places of the value; the first one that is not null counts.
        ///
        /// Empty: the value is the same for many records, and the reader sets it.
        let paths: [[String]]
        let help: String

        init(_ name: String, kind: Schema.Kind, paths: String..., help: String) {
            self.name = name
            self.kind = kind
            self.paths = paths.map { $0.split(separator: ".").map(String.init) }
            self.help = help
        }
    }

    /// The columns of a kind of data.
    ///
    /// - Parameters:
    ///   - data: The data.
    ///   - details: Whether to include the columns that Trakt sends only with complete objects.
    init(_ data: TraktData, details: Bool = false) {
        self.data = data
        columns = Self.own(data) + (data == .lists ? [] : Self.items + (details ? TraktDetails.columns : []))
    }

    /// The schema of the wanted columns.
    ///
    /// If Trakt does not state a record's `type`, it follows from the title and ids, and a reply from its parent, so
    /// these columns are always read.
    ///
    /// - Parameters:
    ///   - always: Columns that are always included.
    ///   - wants: Whether a column is wanted.
    /// - Returns: The columns, in their order.
    func schema(always: [String] = [], wants: (String) -> Bool) -> Schema {
        var helpers: Set<String> = wants("type") ? ["title", "trakt", "show_title", "season", "episode"] : []
        if data == .comments { helpers.insert("parent_id") }
        helpers.formUnion(always)
        return Schema(
            columns.filter { wants($0.name) || helpers.contains($0.name) }.map { Schema.Column($0.name, kind: $0.kind) }
        )
    }

    /// The conversion of a page to rows of a schema.
    func rows(for schema: Schema) -> JSONRows {
        JSONRows(
            columns.flatMap { column -> [JSONRows.Column] in
                guard let index = schema.columns.firstIndex(where: { $0.name == column.name }) else { return [] }
                return column.paths.map { JSONRows.Column($0, into: Field(index: index, kind: column.kind)) }
            }
        )
    }

    /// Normalises a page: unknown dates and empty ids are null, every record has a type.
    ///
    /// - Parameters:
    ///   - batch: The page.
    ///   - subject: The `type` of its records, if they do not state it themselves.
    func tidy(_ batch: inout Batch, about subject: String?) {
        let schema = batch.schema
        let field = { (name: String) -> Field? in
            schema.columns.firstIndex { $0.name == name }.map { Field(index: $0, kind: schema.columns[$0].kind) }
        }
        for (index, column) in schema.columns.enumerated() where column.kind == .instant {
            let time = Field(index: index, kind: .instant)
            batch.clear(time) { batch, row in batch.instant(row, in: time).map(Self.isUnknown) ?? false }
        }
        for id in [field("imdb"), field("show_imdb"), field("episode_imdb")] {
            guard let id else { continue }
            batch.clear(id) { batch, row in batch.text(row, in: id, equals: []) }
        }
        if let type = field("type") { supply(type, in: &batch, subject: subject, field: field) }
    }

    /// Sets the same text in all records of a page, if the column exists.
    static func fill(_ name: String, with text: String, in batch: inout Batch) {
        guard let index = batch.schema.columns.firstIndex(where: { $0.name == name }) else { return }
        let field = Field(index: index, kind: .text)
        let bytes = Array(text.utf8)
        batch.replace(field) { batch, out in
            for _ in 0..<batch.count { out.append(utf8: bytes.span) }
        }
    }

    /// Filters replies to other users' comments.
    func leaveOut(_ batch: inout Batch) {
        guard data == .comments, let index = batch.schema.columns.firstIndex(where: { $0.name == "parent_id" }) else {
            return
        }
        let parent = Field(index: index, kind: .integer)
        batch.keep(orFilterAs: "replies to other comments") { batch, row in (batch.integer(row, in: parent) ?? 0) == 0 }
    }

    /// Whether an instant, in microseconds since 1970-01-01T00:00:00Z, stands for an unknown date.
    ///
    /// Trakt writes the first instant of 1970, Simkl a second later; .NET programs and TV Time write the first day of
    /// the year 1, in any zone. Other zero dates (1899-12-30, 1900-01-01) are days on which films were released, and
    /// users mark films as watched on the day of their release.
    static func isUnknown(_ microseconds: Int64) -> Bool {
        0...60_000_000 ~= microseconds || -62_135_683_200_000_000 ... -62_135_510_400_000_000 ~= microseconds
    }

    /// Sets the type of records without one: very old ratings, and records in a file of one kind.
    private func supply(_ type: Field, in batch: inout Batch, subject: String?, field: (String) -> Field?) {
        guard let title = field("title"), let trakt = field("trakt"), let show = field("show_title"),
            let season = field("season"), let episode = field("episode")
        else { return }
        if batch[presence: type].isFull { return }
        batch.replace(type) { batch, out in
            for row in 0..<batch.count {
                if !batch.isNull(row, in: type) {
                    out.append(row, of: batch, in: type)
                } else if !batch.isNull(row, in: title) || !batch.isNull(row, in: trakt) {
                    out.append("movie")
                } else if !batch.isNull(row, in: episode) {
                    out.append("episode")
                } else if !batch.isNull(row, in: season) {
                    out.append("season")
                } else if !batch.isNull(row, in: show) {
                    out.append("show")
                } else if let subject {
                    out.append(subject)
                } else {
                    out.appendNull()
                }
            }
        }
    }

    // MARK: The columns

    /// The columns of each kind of data itself.
    private static func own(_ data: TraktData) -> [Column] {
        switch data {
        case .history:
            [
                id, type,
                Column("action", kind: .text, paths: "action", help: "How it was logged: scrobble, checkin or watch."),
                watched("watched_at"), zone,
            ]
        case .watched:
            [
                type, watched("last_watched_at"), zone,
                Column("plays", kind: .integer, paths: "plays", help: "How often it was watched."),
            ]
        case .ratings:
            [
                type, Column("rating", kind: .integer, paths: "rating", help: "The rating, 1 to 10."),
                Column("rated_at", kind: .instant, paths: "rated_at", help: "When it was rated."),
            ]
        case .watchlist, .favorites: listed
        case .list: listed + onList
        case .lists: aboutList
        case .notes: note
        case .collection:
            [
                type,
                Column(
                    "collected_at",
                    kind: .instant,
                    paths: "collected_at",
                    "last_collected_at",
                    help: "When it was added to the collection."
                ),
            ]
        case .comments:
            [
                Column("id", kind: .integer, paths: "comment.id", help: "Trakt's number of the comment."), type,
                Column("comment", kind: .text, paths: "comment.comment", help: "The comment, as Markdown."),
                Column("created_at", kind: .instant, paths: "comment.created_at", help: "When it was written."),
                Column("spoiler", kind: .boolean, paths: "comment.spoiler", help: "Whether it gives the plot away."),
                Column(
                    "is_review",
                    kind: .boolean,
                    paths: "comment.review",
                    help: "Whether Trakt calls it a review: 200 words or more."
                ),
                Column(
                    "parent_id",
                    kind: .integer,
                    paths: "comment.parent_id",
                    help: "Always 0: replies are left out."
                ),
                Column(
                    "rating",
                    kind: .integer,
                    paths: "comment.user_rating",
                    help: "The writer's rating of the title today, 1 to 10."
                ),
            ]
        }
    }

    private static let id = Column(
        "id",
        kind: .integer,
        paths: "id",
        help: "Trakt's number of the entry; beyond 32 bits."
    )
    private static let type = Column(
        "type",
        kind: .text,
        paths: "type",
        help: "movie, show, season, episode or person."
    )
    private static let zone = Column(
        "time_zone",
        kind: .text,
        help: "The account's time zone, an IANA name; null if it is not known, as with other people's accounts."
    )
    private static let listed = [
        id, type, Column("rank", kind: .integer, paths: "rank", help: "The rank on the list, from 1."),
        Column("listed_at", kind: .instant, paths: "listed_at", help: "When it was put on the list."),
        Column("notes", kind: .text, paths: "notes", help: "The notes of the list's owner."),
    ]
    private static let onList = [
        Column("list", kind: .integer, help: "Trakt's number of the list; null if the list was named by its URL."),
        Column("list_name", kind: .text, help: "The list's name, or the name in its URL by which it was given."),
        Column("person", kind: .text, paths: "person.name", help: "The name of a person on the list."),
        Column("person_imdb", kind: .text, paths: "person.ids.imdb", help: "The person's IMDb id: nm and digits."),
    ]
    private static let aboutList = [
        Column("id", kind: .integer, paths: "ids.trakt", help: "Trakt's number of the list."),
        Column("name", kind: .text, paths: "name", help: "The list's name."),
        Column("slug", kind: .text, paths: "ids.slug", help: "The list's name in URLs at Trakt."),
        Column("description", kind: .text, paths: "description", help: "The description by the list's owner."),
        Column("privacy", kind: .text, paths: "privacy", help: "Who may see it: private, link, friends or public."),
        Column("ranked", kind: .boolean, paths: "display_numbers", help: "Whether the ranks are shown."),
        Column("item_count", kind: .integer, paths: "item_count", help: "The number of entries."),
        Column("likes", kind: .integer, paths: "likes", help: "The number of likes."),
        Column("created_at", kind: .instant, paths: "created_at", help: "When it was created."),
        Column("updated_at", kind: .instant, paths: "updated_at", help: "When it was last changed."),
    ]
    private static let note = [
        Column("id", kind: .integer, paths: "note.id", help: "Trakt's number of the note."), type,
        Column("note", kind: .text, paths: "note.notes", help: "The note."),
        Column("created_at", kind: .instant, paths: "note.created_at", help: "When it was written."),
        Column("privacy", kind: .text, paths: "note.privacy", help: "Who may see it: private, friends or public."),
        Column("spoiler", kind: .boolean, paths: "note.spoiler", help: "Whether it gives the plot away."),
        Column(
            "attached_to",
            kind: .text,
            paths: "attached_to.type",
            help: "What it refers to: a title, a play, a rating and so on."
        ),
        Column("play", kind: .integer, paths: "attached_to.id", help: "The number of the play that it refers to."),
    ]
    private static func watched(_ path: String) -> Column {
        Column("watched_at", kind: .instant, paths: path, help: "When it was watched; null if Trakt does not know.")
    }

    /// The columns of a record's subject: a film, or a show, season or episode.
    private static let items = [
        Column("title", kind: .text, paths: "movie.title", help: "The film's title."),
        Column("year", kind: .integer, paths: "movie.year", help: "The film's year of release."),
        Column("trakt", kind: .integer, paths: "movie.ids.trakt", help: "The film's number at Trakt."),
        Column(
            "slug",
            kind: .text,
            paths: "movie.ids.slug",
            help: "The film's name in URLs at Trakt; not stable over years."
        ),
        Column("imdb", kind: .text, paths: "movie.ids.imdb", help: "The film's IMDb id: tt and digits."),
        Column("tmdb", kind: .integer, paths: "movie.ids.tmdb", help: "The film's number at TMDb."),
        Column("show_title", kind: .text, paths: "show.title", help: "The show's title."),
        Column("show_year", kind: .integer, paths: "show.year", help: "The show's first year."),
        Column("show_trakt", kind: .integer, paths: "show.ids.trakt", help: "The show's number at Trakt."),
        Column("show_slug", kind: .text, paths: "show.ids.slug", help: "The show's name in URLs at Trakt."),
        Column("show_imdb", kind: .text, paths: "show.ids.imdb", help: "The show's IMDb id."),
        Column(
            "show_tmdb",
            kind: .integer,
            paths: "show.ids.tmdb",
            help: "The show's number at TMDb, where shows are numbered apart from films."
        ),
        Column("show_tvdb", kind: .integer, paths: "show.ids.tvdb", help: "The show's number at TheTVDB."),
        Column(
            "season",
            kind: .integer,
            paths: "episode.season",
            "season.number",
            help: "The season; 0 for specials."
        ),
        Column("episode", kind: .integer, paths: "episode.number", help: "The episode of the season."),
        Column("episode_title", kind: .text, paths: "episode.title", help: "The episode's title."),
        Column("episode_trakt", kind: .integer, paths: "episode.ids.trakt", help: "The episode's number at Trakt."),
        Column("episode_imdb", kind: .text, paths: "episode.ids.imdb", help: "The episode's IMDb id."),
        Column("episode_tmdb", kind: .integer, paths: "episode.ids.tmdb", help: "The episode's number at TMDb."),
    ]

    /// All columns of all kinds of data, each once, for the reference page.
    static var reference: [ColumnReference] { reference(with: []) }

    /// The same with further columns.
    static func reference(with more: [Column]) -> [ColumnReference] {
        let kinds: [TraktData] = [
            .history, .watched, .ratings, .list("*"), .collection, .comments, .notes, .lists,
        ]
        var seen: Set<String> = []
        return (kinds.flatMap(own) + items + more).filter { seen.insert($0.name).inserted }
            .map { ColumnReference($0.name, kind: $0.kind, help: $0.help) }
    }
}
