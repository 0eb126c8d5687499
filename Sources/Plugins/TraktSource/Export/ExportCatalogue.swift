internal import Diagnostics

/// Maps kinds of data to the files of an export, in the current flat layout and in earlier ones with folders.
struct ExportCatalogue {
    let export: ExportFiles
    let all: [ExportPage]

    init(_ export: ExportFiles) {
        self.export = export
        all = export.names.map { ExportPage($0) }
    }

    /// The pages of a kind of data, by subject and then by number: page 10 comes after page 9.
    ///
    /// - Throws: `trakt-export.two-exports` if two files claim to be the same page.
    func pages(of data: TraktData) throws(Diagnostic) -> [ExportPage] {
        let pages: [ExportPage]
        if case .list(let name) = data {
            pages = listPages(name)
        } else {
            let stems = Self.stems(data)
            pages = all.filter { stems.contains($0.stem) }
        }
        let files = Self.files(of: data)
        let sorted = pages.sorted { Self.order($0, in: files) < Self.order($1, in: files) }
        for (page, next) in zip(sorted, sorted.dropFirst())
        where Self.order(page, in: files) == Self.order(next, in: files) {
            throw Diagnostic(
                "trakt-export.two-exports",
                message: "\(page.path) and \(next.path) both claim to be the same page of the \(data.words)",
                at: .file(export.path),
                hint: "these seem to be two exports; name the folder of one of them"
            )
        }
        return sorted
    }

    /// The pages of files with one of these names, by number.
    func pages(named stems: Set<String>) -> [ExportPage] {
        all.filter { stems.contains($0.stem) }.sorted { Self.order($0, in: []) < Self.order($1, in: []) }
    }

    /// The files of a kind of data, each by its names before the page number: current and earlier ones.
    ///
    /// No name belongs to two files, of this kind or of another.
    static func files(of data: TraktData) -> [[String]] {
        switch data {
        case .history: [["watched-history", "history"]]
        case .watched: [["watched-movies"], ["watched-shows"]]
        case .ratings: [["ratings-movies"], ["ratings-shows"], ["ratings-seasons"], ["ratings-episodes"]]
        case .watchlist: [["lists-watchlist", "watchlist"]]
        case .collection: [["collection-movies"], ["collection-shows"], ["collection-episodes"]]
        case .favorites: [["lists-favorites", "favorites"]]
        case .comments:
            [["comments-movies"], ["comments-shows"], ["comments-seasons"], ["comments-episodes"], ["comments-lists"]]
        case .notes:
            [
                ["notes-movies"], ["notes-shows"], ["notes-seasons"], ["notes-episodes"], ["notes-people"],
                ["notes-activities"], ["notes-collection_items"], ["notes-ratings"],
            ]
        case .lists: [["lists-lists", "lists"]]
        case .list: []
        }
    }

    /// All names before the page number that a kind of data has.
    static func stems(_ data: TraktData) -> Set<String> { Set(files(of: data).joined()) }

    /// Pages of different files are never the same page, whether they have the same subject or not.
    private static func order(_ page: ExportPage, in files: [[String]]) -> (Int, Int, Int) {
        let subject = page.subject.flatMap(ExportPage.Subject.allCases.firstIndex) ?? -1
        return (subject, files.firstIndex { $0.contains(page.stem) } ?? -1, page.number)
    }

    // MARK: Lists

    /// The pages of a list: by the end of its URL, by its number, or by both.
    ///
    /// The URL may itself end in a number, so `top-100` is a list by itself unless several files differ only in that
    /// number.
    private func listPages(_ name: String) -> [ExportPage] {
        let name = name.lowercased()
        let lists = all.filter { Self.listName($0.unnumbered.stem) != nil }
        let whole = lists.map(\.unnumbered).filter { Self.listName($0.stem)?.answers(to: name) ?? false }
        if whole.count == 1 { return whole }
        let parts = lists.filter { $0.number > 0 && Self.listName($0.stem)?.answers(to: name) ?? false }
        let runs = Dictionary(grouping: parts, by: \.stem).values.filter { $0.count > 1 }
        return runs.isEmpty ? whole : runs.flatMap { $0 }
    }

    private struct ListName {
        let id: Substring
        let slug: Substring

        func answers(to name: String) -> Bool { name == slug || name == id || name == "\(id)-\(slug)" }
    }

    /// The parts of `lists-list-52660696-anticipated-movies` or `list-52660696-anticipated-movies`.
    private static func listName(_ stem: String) -> ListName? {
        for prefix in ["lists-list-", "list-"] where stem.hasPrefix(prefix) {
            let rest = stem.dropFirst(prefix.count)
            let id = rest.prefix { $0.isASCII && $0.isNumber }
            guard !id.isEmpty else { continue }
            return ListName(id: id, slug: rest.dropFirst(id.count).drop { $0 == "-" })
        }
        return nil
    }

    /// Trakt's number of the list that a page belongs to; nil if the name does not state it.
    static func listID(of page: ExportPage) -> String? { listName(page.stem).map { String($0.id) } }

    // MARK: Missing files

    /// The finding that an export has no file for a kind of data.
    func absence(of data: TraktData, isRequired: Bool) -> Diagnostic {
        if all.isEmpty {
            return Diagnostic(
                "trakt-export.not-an-export",
                message: "this is not a Trakt export: it contains no JSON file",
                at: .file(export.path),
                hint: "download the export from https://app.trakt.tv/settings/data and name the ZIP itself"
            )
        }
        var known: String?
        if case .list(let name) = data {
            let slugs = all.compactMap { Self.listName($0.unnumbered.stem).map { String($0.slug) } }
            known = hint(for: name, among: slugs.sorted())
        }
        let sample = all.prefix(6).map(\.name).joined(separator: ", ")
        return Diagnostic(
            "trakt-export.no-data",
            message: isRequired
                ? "the export contains no \(data.words)"
                : "the export contains no \(data.words); the run continues without",
            at: .file(export.path),
            hint: known ?? "it contains \(all.count.counted("file")): \(sample)\(all.count > 6 ? ", …" : "")",
            severity: isRequired ? .error : .warning
        )
    }

    /// Pages that are missing between others, which means missing data.
    func gaps(in pages: [ExportPage]) -> [Diagnostic] {
        var gaps: [Diagnostic] = []
        for (stem, group) in Dictionary(grouping: pages, by: \.stem).sorted(by: { $0.key < $1.key }) {
            let numbers = Set(group.map(\.number).filter { $0 > 0 }).sorted()
            guard let last = numbers.last, last > numbers.count else { continue }
            var shown: [String] = []
            var expected = 1
            for number in numbers {
                while expected < number, shown.count < 10 {
                    shown.append("\(stem)-\(expected).json")
                    expected += 1
                }
                guard shown.count < 10, number < .max else { break }
                expected = number + 1
            }
            let missing = last - numbers.count
            gaps.append(
                Diagnostic(
                    "trakt-export.gap",
                    message: "the export is not complete: \(missing) of its pages are missing "
                        + "(\(shown.joined(separator: ", "))\(missing > shown.count ? ", …" : ""))",
                    at: .file(export.path),
                    hint: "their records are not in the result; \(Self.remedy)",
                    severity: .warning
                )
            )
        }
        return gaps
    }

    /// The hint for an incomplete export.
    static let remedy =
        "download the export again: https://app.trakt.tv/settings/data; -D partial=warn continues with the rest "
        + "(in a pipeline of your own: partial = \"warn\")"
}
