internal import Diagnostics
package import Formats

extension TraktAccount {
    /// The account as the files of an export: the bodies of the API, in pages.
    ///
    /// - Parameter pageSize: Items of a full page; Trakt's own have 250.
    /// - Returns: The files, sorted by name.
    package func files(pageSize: Int = 250) -> [ExportFile] {
        let paged = { (stem: String, items: [JSONValue]) in ExportFile.paged(stem, items, of: pageSize) }
        var files =
            paged("watched-history", plays.map { $0.json() })
            + paged("watched-movies", watchedFilms.map { $0.json(total: watchedFilms.count) })
            + paged("watched-shows", watchedShows.map { $0.json(total: watchedShows.count) })
        for type in ["movie", "show", "season", "episode"] {
            files += paged("ratings-\(type)s", ratings.filter { $0.title.type == type }.map { $0.json() })
            files += paged("comments-\(type)s", comments.filter { $0.title.type == type }.map { $0.json(of: owner) })
            files += paged(
                "notes-\(type)s",
                notes.filter { $0.title.type == type && $0.place == .title }.map { $0.json(of: owner) }
            )
        }
        files += paged("lists-watchlist", watchlist.map { $0.json() })
        files += paged("lists-favorites", favorites.map { $0.json() })
        files += paged("lists-lists", lists.map { $0.json(of: owner) })
        for list in lists {
            files += paged("lists-list-\(list.number)-\(list.slug ?? "")", list.entries.map { $0.json() })
        }
        files += paged("collection-movies", collection.filter { $0.title.film != nil }.map { $0.json() })
        files += paged("collection-shows", CollectedTitle.shows(collection).map(\.json))
        files += [
            ExportFile("user-settings", owner.settings), ExportFile("user-profile", owner.profile),
            ExportFile("user-last-activities", lastActivities), ExportFile("user-stats", stats),
            ExportFile("comments-lists", []), ExportFile("watched-playback", []),
            ExportFile("collection-episodes", []), ExportFile("lists-collaborations", []),
        ]
        let written = Set(files.map(\.name))
        files += MadeUpAccount.emptyFiles.filter {
            !written.contains($0.name) && !written.contains("\($0.stem)-1.json")
        }
        return files.sorted { $0.name < $1.name }
    }

    /// The account as the ZIP that Trakt would hand out.
    ///
    /// - Parameter pageSize: Items of a full page; Trakt's own have 250.
    /// - Returns: The bytes of the ZIP.
    /// - Throws: What the writer of ZIPs throws, if memory is short.
    package func archive(pageSize: Int = 250) throws -> [UInt8] {
        var zip = ZIPWriter()
        for file in files(pageSize: pageSize) {
            try zip.add(file.name, content: file.bytes, method: file.bytes.count < 100 ? .stored : .deflate(level: 1))
        }
        return try zip.finish()
    }
}

extension Play {
    /// An item of `sync/history`.
    package func json(isComplete: Bool = false) -> JSONValue {
        let head: [JSONValue.Member] = [
            .init("id", value: JSONValue(id)), .init("watched_at", value: .string(watchedAt)),
            .init("action", value: .string(action)),
        ]
        return switch subject {
        case .film(let film):
            .object(
                head + [
                    .init("type", value: "movie"), .init("movie", value: isComplete ? film.completeJSON : film.json),
                ]
            )
        case .episode(let episode):
            .object(
                head + [
                    .init("type", value: "episode"), .init("episode", value: episode.json),
                    .init("show", value: episode.show.json),
                ]
            )
        }
    }
}
