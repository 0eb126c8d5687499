import Records

/// The recipe of a diary in the plainest words, with everything in memory: what the sink is compared with.
///
/// In UTC; films have a TMDb or an IMDb id; texts need no protection.
struct DiaryModel {
    struct Row {
        var tmdb: Int64?
        var imdb: String?
        var watchedAt: Int64?
        var rating: Int64?
        var ratedAt: Int64?
        var tags: String?
        var review: String?

        var record: SinkRun.Record {
            [
                "tmdb": tmdb.map(Value.integer) ?? .null, "imdb": imdb.map(Value.text) ?? .null,
                "watched_at": watchedAt.map { Value.instant($0 * 1000) } ?? .null,
                "rating": rating.map(Value.integer) ?? .null,
                "rated_at": ratedAt.map { Value.instant($0 * 1000) } ?? .null, "tags": tags.map(Value.text) ?? .null,
                "review": review.map(Value.text) ?? .null,
            ]
        }

        /// The film, such that sorting puts TMDb ids before IMDb ids, shorter before longer, lower before higher.
        var film: [Int64] {
            if let tmdb { return [0, 0, tmdb] }
            let digits = (imdb ?? "tt").dropFirst(2)
            return [1, Int64(digits.count), Int64(digits) ?? 0]
        }

        var day: Int64? { watchedAt.map { ($0 - ($0 % 86_400_000 + 86_400_000) % 86_400_000) / 86_400_000 } }
        var time: Int64 { watchedAt ?? ratedAt ?? .min }
    }

    var every = false
    var undatedFirst = false

    struct Entry {
        var film: [Int64]
        var row: Row
        var rating: Int64?
        var isRewatch: Bool?
        var texts: [Row]
    }

    func lines(of rows: [Row]) -> [String] {
        var entries: [Entry] = []
        for (film, rows) in Dictionary(grouping: rows, by: \.film) {
            let dated = rows.filter { $0.watchedAt != nil }
            let undated = rows.filter { $0.watchedAt == nil }
            if dated.isEmpty {
                guard let first = undated.min(by: { $0.time < $1.time }) else { continue }
                entries.append(Entry(film: film, row: first, rating: newestRating(undated), texts: undated))
                continue
            }
            let days = Dictionary(grouping: dated) { $0.day ?? 0 }.sorted { $0.key < $1.key }
            for (number, day) in days.enumerated() {
                guard let last = day.value.max(by: { $0.time < $1.time }) else { continue }
                let isNewest = number == days.count - 1
                var rating = every ? newestRating(day.value) : isNewest ? newestRating(dated) : nil
                if isNewest, rating == nil { rating = newestRating(undated) }
                entries.append(
                    Entry(
                        film: film,
                        row: last,
                        rating: rating,
                        isRewatch: number > 0 || undatedFirst && !undated.isEmpty,
                        texts: day.value + (isNewest ? undated : [])
                    )
                )
            }
        }
        entries.sort { left, right in
            let (dayLeft, dayRight) = (left.row.day ?? .max, right.row.day ?? .max)
            if dayLeft != dayRight { return dayLeft < dayRight }
            if left.row.time != right.row.time { return left.row.time < right.row.time }
            return left.film.lexicographicallyPrecedes(right.film)
        }
        let texts = entries.map { ($0, tags(of: $0), review(of: $0)) }
        let hasTags = texts.contains { $0.1 != "" }
        let hasReviews = texts.contains { $0.2 != "" }
        var header = "tmdbID,imdbID,Title,Year,WatchedDate,Rating10,Rewatch"
        if hasTags { header += ",Tags" }
        if hasReviews { header += ",Review" }
        return [header] + texts.map { line($0, $1, $2, hasTags: hasTags, hasReviews: hasReviews) }
    }

    private func line(_ entry: Entry, _ tags: String, _ review: String, hasTags: Bool, hasReviews: Bool) -> String {
        var line = ""
        if let tmdb = entry.row.tmdb { line += "\(tmdb)" }
        line += "," + (entry.row.imdb ?? "") + ",,,"
        // 2020-01-01 is day 18,262.
        if let day = entry.row.day { line += "2020-01-0\(day - 18_261)" }
        line += ","
        if let rating = entry.rating { line += "\(rating)" }
        line += ","
        if let isRewatch = entry.isRewatch { line += "\(isRewatch)" }
        if hasTags { line += "," + (tags.contains(",") ? "\"\(tags)\"" : tags) }
        if hasReviews { line += "," + (review.isEmpty ? "" : "\"\(review)\"") }
        return line
    }

    private func newestRating(_ rows: [Row]) -> Int64? {
        let rated = rows.filter { $0.rating ?? 0 != 0 }
        let newest = rated.map(\.time).max()
        return rated.filter { $0.time == newest }.compactMap(\.rating).max()
    }

    private func tags(of entry: Entry) -> String {
        var tags: [String] = []
        for row in ordered(entry.texts) where row.watchedAt != nil {
            for tag in (row.tags ?? "").split(separator: ",").map(String.init) where !tags.contains(tag) {
                tags.append(tag)
            }
        }
        return tags.joined(separator: ",")
    }

    private func review(of entry: Entry) -> String {
        var reviews: [String] = []
        for row in ordered(entry.texts) {
            if let review = row.review, !review.isEmpty, !reviews.contains(review) { reviews.append(review) }
        }
        return reviews.joined(separator: "|")
    }

    /// Undated ones first, then by time, at one moment by their texts.
    private func ordered(_ rows: [Row]) -> [Row] {
        rows.sorted { left, right in
            if (left.watchedAt == nil) != (right.watchedAt == nil) { return left.watchedAt == nil }
            if left.time != right.time { return left.time < right.time }
            let (reviewLeft, reviewRight) = (left.review ?? "", right.review ?? "")
            return reviewLeft != reviewRight ? reviewLeft < reviewRight : (left.tags ?? "") < (right.tags ?? "")
        }
    }
}

extension DiaryModel.Entry {
    init(film: [Int64], row: DiaryModel.Row, rating: Int64?, texts: [DiaryModel.Row]) {
        self.init(film: film, row: row, rating: rating, isRewatch: nil, texts: texts)
    }
}
