internal import Diagnostics
internal import Formats

/// The episodes within the shows of `collection-shows`: `seasons[].episodes[]`.
enum CollectedEpisodes {
    /// The number of episodes.
    ///
    /// - Throws: Errors of the files.
    static func count(on pages: [ExportPage], of files: ExportFiles) throws(Diagnostic) -> Int {
        var count = 0
        for page in pages where page.subject == .shows {
            let shows = try JSONValue(parsing: try files.bytes(of: page.path), name: page.name).array ?? []
            for show in shows {
                for season in show["seasons"]?.array ?? [] { count += season["episodes"]?.array?.count ?? 0 }
            }
        }
        return count
    }
}
