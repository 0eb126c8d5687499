internal import Diagnostics
internal import Formats

extension MadeUpAccount {
    /// The export's files, sorted by name, so that `watched-history-10.json` comes before `watched-history-2.json`.
    package var files: [ExportFile] {
        var chance = SeededGenerator(seed: 2026)
        let files =
            HistoryPages(history).files(from: &chance) + ratingFiles + watchedFiles + listFiles + collectionFiles
            + commentFiles + accountFiles + Self.emptyFiles
        return files.sorted { $0.name < $1.name }
    }

    /// The export as Trakt would hand it out: `trakt-export-sample-viewer.zip`.
    ///
    /// Empty parts are stored; the pages of the history come with data descriptors, as from a program that packs while
    /// it downloads.
    package func archive() throws -> [UInt8] {
        var zip = ZIPWriter()
        for file in files {
            if file.name.hasPrefix("watched-history") {
                try zip.begin(file.name, method: .deflate(level: 9))
                try zip.write(file.bytes.span)
                try zip.end()
            } else {
                try zip.add(
                    file.name,
                    content: file.bytes,
                    method: file.bytes.count < 100 ? .stored : .deflate(level: 9)
                )
            }
        }
        return try zip.finish()
    }
}
