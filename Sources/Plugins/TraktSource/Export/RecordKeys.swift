internal import Records

/// The keys of the records of a kind of data, and their subjects.
struct RecordKeys: Sendable {
    /// Whether a page has records with different subjects.
    let isMixed: Bool
    private let id, type, trakt, show: Field?
    private let others: [Field]

    /// The columns that have to be read.
    static func columns(of data: TraktData) -> [String] {
        switch data {
        case .history: ["id", "type", "trakt"]
        case .watchlist, .favorites, .comments, .notes, .lists, .list: ["id"]
        case .watched, .ratings, .collection: ["trakt", "show_trakt", "season", "episode", "episode_trakt"]
        }
    }

    init(_ data: TraktData, in schema: Schema) {
        let names = Self.columns(of: data)
        let field = { (name: String) -> Field? in
            guard names.contains(name) else { return nil }
            return schema.columns.firstIndex { $0.name == name }.map { Field(index: $0, kind: schema.columns[$0].kind) }
        }
        isMixed = data == .history
        id = field("id")
        type = field("type")
        trakt = field("trakt")
        show = field("show_trakt")
        others = [show, field("season"), field("episode"), field("episode_trakt")].compactMap { $0 }
    }

    /// The key of a record; nil if it has none.
    func key(of row: Int, in batch: borrowing Batch) -> UInt64? {
        if let id { return batch.integer(row, in: id).map { UInt64(bitPattern: $0) } }
        if let trakt, let number = batch.integer(row, in: trakt) { return UInt64(bitPattern: number) }
        guard others.contains(where: { !batch.isNull(row, in: $0) }) else { return nil }
        // For a show, its number; for its seasons and episodes, a hash that serves the same purpose.
        if let show, others.dropFirst().allSatisfy({ batch.isNull(row, in: $0) }) {
            return batch.integer(row, in: show).map { UInt64(bitPattern: $0) }
        }
        var digest = Digest()
        for field in others { digest.add(batch.integer(row, in: field) ?? -1) }
        return digest.value
    }

    /// The subject of a record, if the file has more than one.
    func subject(of row: Int, in batch: borrowing Batch, on page: ExportPage) -> ExportPage.Subject? {
        guard isMixed else { return page.subject }
        if let trakt, !batch.isNull(row, in: trakt) { return .movies }
        if let type, batch.text(row, in: type, equals: Self.movie) { return .movies }
        return .episodes
    }

    private static let movie = Array("movie".utf8)
}
