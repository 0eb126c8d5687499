internal import Diagnostics

/// Files whose names differ from those of pages in one character, as after damage to a table of contents.
extension ExportCatalogue {
    /// Files that have lost their names, as far as the other names show.
    ///
    /// - Parameter stems: The file names before the page number.
    /// - Returns: A finding for each.
    func misnamed(_ stems: Set<String>) -> [Diagnostic] {
        export.everything.filter { !Self.isKnown($0) }.compactMap { path in
            guard let name = Self.original(of: path, stems: stems),
                !all.contains(where: { $0.name.lowercased() == name })
            else { return nil }
            return Diagnostic(
                "trakt-export.unknown-file",
                message:
                    "the export is damaged: \(path) is not a file of Trakt's, and is probably \(name) under another name",
                at: .file(export.path),
                hint: "it is not read; \(Self.remedy)",
                severity: .warning
            )
        }
    }

    /// Unknown files that may contain this kind of data, judging by their names.
    ///
    /// - Parameter data: The kind of data.
    /// - Returns: One warning for all of them; nil if there are none.
    func strangers(_ data: TraktData) -> Diagnostic? {
        let stems = Self.stems(data)
        let names = all.filter { page in
            Self.owner(of: page.stem) == data && !Self.isKnown(page.path)
                && Self.original(of: page.path, stems: stems) == nil
        }.map(\.name)
        guard !names.isEmpty else { return nil }
        let shown = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
        return Diagnostic(
            "trakt-export.unknown-file",
            message:
                "\(shown): \(names.count == 1 ? "an unknown file" : "unknown files") in an export; judging by the name, it "
                + "may contain \(data.words)",
            at: .file(export.path),
            hint: "it is not read; if it is part of Trakt's export, please report it",
            severity: .warning
        )
    }

    /// The kind of data whose files have names that start like this one, including unknown files.
    private static func owner(of stem: String) -> TraktData? {
        beginnings.filter { stem.hasPrefix($0.text) }.max { $0.text.utf8.count < $1.text.utf8.count }?.data
    }

    private static let beginnings: [(text: String, data: TraktData)] = [
        ("watched-history", .history), ("history", .history), ("watched-", .watched), ("ratings", .ratings),
        ("lists-watchlist", .watchlist), ("watchlist", .watchlist), ("collection", .collection),
        ("lists-favorites", .favorites), ("favorites", .favorites), ("comments", .comments), ("notes", .notes),
        ("lists-", .lists),
    ]

    /// The original name of a path, if it differs from a known name in one character.
    private static func original(of path: String, stems: Set<String>) -> String? {
        let name = Array(path.lowercased())
        for stem in stems.sorted() {
            // `stem.json`, and `stem-12.json` whatever the number is.
            let tail = name.suffix(".json".count).count
            for digits in 0...6 {
                let length = stem.count + (digits == 0 ? 0 : digits + 1) + tail
                guard name.count >= length else { break }
                let file = Array(name.suffix(length))
                guard name.count == length || name[name.count - length - 1] == "/" else { continue }
                if let original = original(of: file, stem: stem, digits: digits) { return original }
            }
        }
        return nil
    }

    private static func original(of file: [Character], stem: String, digits: Int) -> String? {
        var differences = 0
        var original = ""
        let pattern = Array(stem + (digits == 0 ? "" : "-" + String(repeating: "#", count: digits)) + ".json")
        for (found, expected) in zip(file, pattern) {
            let fits = expected == "#" ? found.isASCII && found.isNumber : found == expected
            if !fits { differences += 1 }
            original.append(expected == "#" ? (fits ? found : "?") : expected)
        }
        return differences == 1 ? original : nil
    }

    /// Whether a path is that of a known file.
    private static func isKnown(_ path: String) -> Bool {
        let page = ExportPage(path)
        guard path.lowercased().hasSuffix(".json") else { return false }
        return knownStems.contains(page.stem) || listID(of: page) != nil
    }

    /// The names of all known files before the page number.
    private static let knownStems: Set<String> = {
        let kinds: [TraktData] = [
            .history, .watched, .ratings, .watchlist, .collection, .favorites, .comments, .notes, .lists,
        ]
        return kinds.reduce(into: [
            "_errors", "user-settings", "user-profile", "user-last-activities", "user-stats", "user-saved-filters",
            "settings", "stats", "watched-playback", "lists-collaborations", "hidden-calendar",
            "hidden-progress-watched", "hidden-progress-watched-reset", "hidden-progress-collected",
            "hidden-recommendations", "likes-comments", "likes-lists", "network-followers-requests",
            "network-followers", "network-following", "network-friends",
        ]) { $0.formUnion(stems($1)) }
    }()
}
