internal import Diagnostics
internal import Formats
internal import Records

/// Collects the numbers of records of a kind of data that the export itself states.
struct ExportStatements {
    private(set) var all: [ExportStatement] = []
    /// Errors in the files that state them.
    private(set) var findings: [Diagnostic] = []

    private let data: TraktData
    private let files: ExportFiles
    private let catalogue: ExportCatalogue

    /// Reads the files that state numbers.
    ///
    /// - Parameters:
    ///   - data: The kind of data.
    ///   - pages: Its pages.
    ///   - files: The files of the export.
    ///   - catalogue: The catalogue of these files.
    init(of data: TraktData, pages: [ExportPage], in files: ExportFiles, catalogue: ExportCatalogue) {
        self.data = data
        self.files = files
        self.catalogue = catalogue
        addStats()
        switch data {
        case .history:
            addPlays("watched-movies", of: .movies)
            addPlays("watched-shows", of: .shows, as: .episodes)
        case .list: addItemCount(pages)
        default: break
        }
        addTotals(pages)
    }

    private mutating func add(_ count: Int64?, subject: ExportPage.Subject?, origin: String, isProof: Bool = false) {
        guard let count, count >= 0 else { return }
        all.append(ExportStatement(subject: subject, count: Int(clamping: count), origin: origin, isProof: isProof))
    }

    /// The names of the files that state numbers for a kind of data.
    static func stems(for data: TraktData) -> Set<String> {
        var stems: Set<String> = parts(of: data).isEmpty ? [] : ["user-stats"]
        if data == .history { stems.formUnion(["watched-movies", "watched-shows"]) }
        if case .list = data { stems.insert("lists-lists") }
        return stems
    }

    // MARK: user-stats.json

    private mutating func addStats() {
        let parts = Self.parts(of: data)
        guard !parts.isEmpty else { return }
        for page in catalogue.pages(named: ["user-stats", "stats"]) {
            guard let stats = json(page) else { continue }
            for (subject, key) in parts {
                add(stats[subject.rawValue]?[key]?.integer, subject: subject, origin: page.name)
            }
            if data == .ratings { add(stats["ratings"]?["total"]?.integer, subject: nil, origin: page.name) }
        }
    }

    private static func parts(of data: TraktData) -> [(ExportPage.Subject, String)] {
        switch data {
        case .history: [(.movies, "plays"), (.episodes, "plays")]
        case .watched: [(.movies, "watched"), (.shows, "watched")]
        case .ratings: [.movies, .shows, .seasons, .episodes].map { ($0, "ratings") }
        case .collection: [.movies, .shows, .episodes].map { ($0, "collected") }
        case .comments: [.movies, .shows, .seasons, .episodes].map { ($0, "comments") }
        case .watchlist, .favorites, .notes, .lists, .list: []
        }
    }

    // MARK: watched-movies, watched-shows

    /// The plays of all watched titles: each title has its own number of them.
    private mutating func addPlays(
        _ stem: String,
        of titles: ExportPage.Subject,
        as subject: ExportPage.Subject? = nil
    ) {
        let pages = catalogue.pages(named: [stem])
        guard !pages.isEmpty else { return }
        do throws(Diagnostic) {
            let sum = try PlaySum(pages, of: files)
            add(Int64(sum.plays), subject: subject ?? titles, origin: stem, isProof: true)
        } catch {
            findings.append(unreadable(pages, reason: error))
        }
    }

    // MARK: item_count, total_count

    /// The number of entries on a list, as stated by `lists-lists`.
    private mutating func addItemCount(_ pages: [ExportPage]) {
        guard let first = pages.first, let id = ExportCatalogue.listID(of: first) else { return }
        for page in catalogue.pages(named: ["lists-lists", "lists"]) {
            for list in json(page)?.array ?? [] where list["ids"]?["trakt"]?.integer.map({ "\($0)" }) == id {
                add(list["item_count"]?.integer, subject: nil, origin: page.name)
            }
        }
    }

    /// The total number of items, which Trakt sometimes adds to each item.
    private mutating func addTotals(_ pages: [ExportPage]) {
        var seen: Set<String> = []
        for page in pages where seen.insert(page.stem).inserted {
            let field = Field(index: 0, kind: .integer)
            var batch = Batch(["total_count": .integer])
            do throws(Diagnostic) {
                var reader = try ExportPageReader(
                    page,
                    of: files,
                    rows: JSONRows([.init(["total_count"], into: field)])
                )
                _ = try reader.read(into: &batch, atMost: 1)
            } catch {
                // A page that cannot be read has ended the run.
                continue
            }
            guard batch.count > 0 else { continue }
            let isOfAll = if case .list = data { true } else { data == .history }
            add(
                batch.integer(0, in: field),
                subject: isOfAll ? nil : page.subject,
                origin: "total_count in \(page.name)"
            )
        }
    }

    // MARK: Files

    private mutating func json(_ page: ExportPage) -> JSONValue? {
        do throws(Diagnostic) {
            return try JSONValue(parsing: try files.bytes(of: page.path), name: page.name)
        } catch {
            findings.append(unreadable([page], reason: error))
            return nil
        }
    }

    private func unreadable(_ pages: [ExportPage], reason: Diagnostic) -> Diagnostic {
        let name = pages.count == 1 ? pages[0].name : "\(pages[0].name) and those after it"
        return Diagnostic(
            "trakt-export.unreadable",
            message: "\(name) cannot be read, so what it counts is not compared: \(reason.message)",
            at: .file(files.path),
            hint: "download the export again",
            severity: .warning
        )
    }
}
