internal import PluginKit

/// Records that are about no film: Letterboxd does not know what they are about.
enum OtherKinds {
    /// Types as Trakt has them, and what several of each are called; the last stands for all others.
    private static let kinds: [(type: [UInt8], words: String)] = [
        (Array("show".utf8), "shows"), (Array("season".utf8), "seasons"), (Array("episode".utf8), "episodes"),
        (Array("person".utf8), "people"), ([], "records that are about no film"),
    ]
    private static let movie = Array("movie".utf8)

    /// Takes every record out whose type is another than `movie`; a record without a type is a film.
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
