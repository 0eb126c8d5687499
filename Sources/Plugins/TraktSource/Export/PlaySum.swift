internal import Diagnostics
internal import Formats
internal import Records

/// The total plays of the titles in `watched-movies` or `watched-shows`.
struct PlaySum {
    private(set) var plays = 0

    /// Adds the numbers of all titles; a title that is also on the page before counts once, and so does a page that
    /// repeats another.
    ///
    /// - Throws: Errors of the files.
    init(_ pages: [ExportPage], of files: ExportFiles) throws(Diagnostic) {
        let schema: Schema = ["trakt": .integer, "plays": .integer]
        let (trakt, number) = (Field(index: 0, kind: .integer), Field(index: 1, kind: .integer))
        let rows = JSONRows([
            .init(["movie", "ids", "trakt"], into: trakt), .init(["show", "ids", "trakt"], into: trakt),
            .init(["plays"], into: number),
        ])
        let keys = RecordKeys(.watched, in: schema)
        var census = ExportCensus()
        var known: Set<ExportCensus.Page> = []
        var seam: PageSeam?
        for (index, page) in pages.enumerated() {
            var counted = CountedPage(
                try ExportPageReader(page, of: files, rows: rows),
                at: index,
                keys: keys,
                after: seam
            )
            var sum = 0
            var hasMore = true
            while hasMore {
                var batch = Batch(schema)
                var repeats: [Int] = []
                hasMore = try counted.read(into: &batch, atMost: 1000, addingTo: &census, repeats: &repeats)
                let others = Set(repeats)
                for row in 0..<batch.count where !others.contains(row) {
                    sum = Self.sum(sum, Int(clamping: max(0, batch.integer(row, in: number) ?? 0)))
                }
            }
            seam = counted.seam
            if counted.count.digest == 0 || known.insert(counted.count).inserted { plays = Self.sum(plays, sum) }
        }
    }

    /// The sum, limited to the largest number.
    private static func sum(_ left: Int, _ right: Int) -> Int {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }
}
