internal import PluginKit

/// The columns that the sink reads, found by name in its input.
struct InputColumns: Sendable {
    let type, tmdb, imdb, title, year, directors, uri, rating, plays, rank, tags, review: Field?
    /// The times by which rows are ordered: the viewing in a diary, the rating among ratings.
    let watchedAt, ratedAt: Field?
    /// The time zone of the day of a viewing.
    let timeZone: Field?
    /// The needs of the sink: the columns that were found, the zone as an optional one if it is only compared.
    let needs: Needs

    /// Finds the columns that the content uses.
    ///
    /// - Parameters:
    ///   - content: The import that the files are for.
    ///   - zones: Whether the zone of each record is used; if not, it is compared with the one that is.
    ///   - schema: The columns of the input.
    /// - Throws: `letterboxd.columns` if no column identifies the film; `schema.kind` for each column of another kind.
    init(_ content: ImportContent, zones: Bool = false, in schema: Schema) throws(DiagnosticList) {
        var problems = DiagnosticList()
        var needs = Needs()
        func find(
            _ name: String,
            kind: Schema.Kind,
            or other: Schema.Kind? = nil,
            when isNeeded: Bool = true
        ) -> Field? {
            guard isNeeded, let field = schema.optionalField(name) else { return nil }
            if field.kind == kind || field.kind == other {
                needs.always.insert(name)
                return field
            }
            problems.append(
                Diagnostic(
                    "schema.kind",
                    message: "the column '\(name)' holds \(field.kind), but Letterboxd's files need \(kind)"
                        + (other.map { " or \($0)" } ?? "") + " there",
                    category: .usage,
                    hint: "convert it, or rename it if it has another meaning"
                )
            )
            return nil
        }
        let isDiary = content == .diary
        type = find("type", kind: .text)
        tmdb = find("tmdb", kind: .integer)
        imdb = find("imdb", kind: .text)
        title = find("title", kind: .text)
        year = find("year", kind: .integer)
        directors = find("directors", kind: .text)
        uri = find("letterboxd_uri", kind: .text)
        watchedAt = find("watched_at", kind: .instant, or: .date, when: isDiary)
        if zones {
            timeZone = find("time_zone", kind: .text, when: isDiary)
        } else {
            // A column of another kind has another meaning, and the comparison is optional.
            let isZone = isDiary && schema.column("time_zone")?.kind == .text
            timeZone = isZone ? schema.optionalField("time_zone") : nil
            if isZone { needs.optional = ["time_zone"] }
        }
        rating = find("rating", kind: .integer, or: .decimal, when: isDiary || content == .ratings)
        plays = find("plays", kind: .integer, when: isDiary)
        ratedAt = find("rated_at", kind: .instant, or: .date, when: isDiary || content == .ratings)
        rank = find("rank", kind: .integer, when: content == .list || content == .watchlist)
        tags = find("tags", kind: .text, when: isDiary)
        review = find("review", kind: .text, when: isDiary || content == .list)
        self.needs = needs
        if schema.columns.allSatisfy({ !["tmdb", "imdb", "title", "letterboxd_uri"].contains($0.name) }) {
            problems.append(
                Diagnostic(
                    "letterboxd.columns",
                    message: "no column identifies the film of a record",
                    hint: "one of 'tmdb', 'imdb', 'letterboxd_uri' and 'title' is needed; the input has "
                        + schema.names.map { "'\($0)'" }.joined(separator: ", ")
                )
            )
        }
        if content == .ratings, rating == nil, problems.all.isEmpty {
            problems.append(
                Diagnostic(
                    "letterboxd.columns",
                    message: "there is no column 'rating' for ratings",
                    hint: "add or rename one"
                )
            )
        }
        try problems.throwIfErrors()
    }
}
