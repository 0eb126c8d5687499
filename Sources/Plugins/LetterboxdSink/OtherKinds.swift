internal import PluginKit

/// Records that are not about a film: Letterboxd has only films.
enum OtherKinds {
    /// Trakt's types with their plurals; the last entry is for all other types.
    private static let kinds: [(type: [UInt8], words: String)] = [
        (Array("show".utf8), "shows"), (Array("season".utf8), "seasons"), (Array("episode".utf8), "episodes"),
        (Array("person".utf8), "people"), ([], "records that are not about a film"),
    ]
    private static let movie = Array("movie".utf8)

    /// Leaves out every record whose type is not `movie`; a record without a type is a film.
    static func filter(_ batch: inout Batch, by type: Field?) {
        guard let type else { return }
        var counts = [Int](repeating: 0, count: kinds.count)
        let movie = movie
        batch.keep { batch, row in
            if batch.isNull(row, in: type) || batch.text(row, in: type, equals: movie) { return true }
            let kind = kinds.firstIndex { batch.text(row, in: type, equals: $0.type) } ?? kinds.count - 1
            counts[kind] += 1
            return false
        }
        for (kind, count) in zip(kinds, counts) { batch.noteFiltered(count, because: kind.words) }
    }
}
