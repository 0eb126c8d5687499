internal import Diagnostics

/// Compares what was read of an export with what the export itself states.
struct ExportCheck {
    let data: TraktData
    /// The pages, in their order.
    let pages: [ExportPage]
    /// The counts of the pages.
    let counts: [ExportCensus.Page]
    /// The number of different records, by subject.
    let found: [ExportPage.Subject?: Int]
    let statements: [ExportStatement]
    /// The path of the export.
    let path: String

    /// An inconsistency.
    struct Finding {
        let diagnostic: Diagnostic
        /// Whether it shows that records are missing.
        let isPartial: Bool
        /// The subject of the count, if it concerns a count.
        var subject: ExportPage.Subject??
    }

    /// All inconsistencies; the certain ones first.
    var findings: [Finding] {
        var findings: [Finding] = []
        let bySubject = Dictionary(grouping: statements, by: \.subject)
        for (subject, statements) in bySubject.sorted(by: { Self.order($0.key) < Self.order($1.key) }) {
            // A sum that is too low because of one of its parts is nothing new.
            if subject == nil, findings.contains(where: \.isPartial) { continue }
            if let finding = compare(subject, with: statements) { findings.append(finding) }
        }
        let missing = bySubject.keys.filter { subject in
            findings.contains { $0.isPartial && $0.subject == .some(subject) }
        }
        // If a count shows that records of a subject are missing, its pages are not reported separately.
        findings += series.filter { series in !isStated(series) && !missing.contains { isAbout(series, subject: $0) } }
            .flatMap(pageFindings)
        return findings.filter(\.isPartial) + findings.filter { !$0.isPartial }
    }

    private static func order(_ subject: ExportPage.Subject?) -> Int {
        subject.flatMap(ExportPage.Subject.allCases.firstIndex) ?? .max
    }

    // MARK: Counts

    private func count(_ subject: ExportPage.Subject?) -> Int {
        subject == nil ? found.values.reduce(0, +) : found[subject] ?? 0
    }

    private func compare(_ subject: ExportPage.Subject?, with statements: [ExportStatement]) -> Finding? {
        let found = count(subject)
        let words = data.words(for: subject, count: found)
        let larger = statements.filter { $0.count > found }
        let evidence = larger.sorted { $0.count > $1.count }.map { "\($0.origin) states \($0.count)" }
            .joined(separator: ", ")
        let isCertain = larger.contains { !$0.mayLag(found) } || Set(larger.map(\.origin)).count > 1
        if let most = larger.map(\.count).max() {
            guard isCertain else {
                return Finding(
                    diagnostic: Diagnostic(
                        "trakt-export.count",
                        message: "the export has \(found) \(words), but \(evidence)",
                        at: .file(path),
                        hint: "a difference of at most 1 % can be a number older than the records; to be sure, "
                            + "download the export again and compare",
                        severity: .warning
                    ),
                    isPartial: false,
                    subject: subject
                )
            }
            let pages = suspicions(about: subject)
            return Finding(
                diagnostic: Diagnostic(
                    "trakt-export.incomplete",
                    message: "THE EXPORT IS NOT COMPLETE: it contains \(found) \(words) of \(most) (\(evidence))"
                        + (pages.isEmpty ? "" : "; \(pages.joined(separator: "; "))"),
                    at: .file(path),
                    hint: "the missing records are not in the result; \(ExportCatalogue.remedy)",
                    severity: .warning
                ),
                isPartial: true,
                subject: subject
            )
        }
        // Whether Trakt counts replies is not known; the files contain them.
        let smaller = statements.filter { $0.count < found }
        guard let least = smaller.min(by: { $0.count < $1.count }), data != .comments else { return nil }
        return Finding(
            diagnostic: Diagnostic(
                "trakt-export.count",
                message: "the export has \(found) \(words), more than the \(least.count) that \(least.origin) states",
                at: .file(path),
                hint: "nothing is missing; all of them are read",
                severity: .note
            ),
            isPartial: false
        )
    }

    // MARK: Pages

    private struct Series {
        let stem: String
        let pages: [(page: ExportPage, count: ExportCensus.Page)]
        /// The number of records on the largest page.
        let full: Int

        /// Fewer records than this prove nothing.
        static let few = 10
    }

    private var series: [Series] {
        let pairs = Array(zip(pages, counts))
        return Dictionary(grouping: pairs, by: \.0.stem).sorted { $0.key < $1.key }.map { stem, pairs in
            Series(
                stem: stem,
                pages: pairs.map { (page: $0.0, count: $0.1) },
                full: pairs.map(\.1.records).max() ?? 0
            )
        }
    }

    /// What is suspicious about the pages of a subject, as text.
    private func suspicions(about subject: ExportPage.Subject?) -> [String] {
        let words = series.flatMap { series -> [String] in
            guard isAbout(series, subject: subject) else { return [] }
            return repeated(series) + short(series).map(\.words) + (lastIsFull(series).map { [$0] } ?? [])
        }
        return words.count > 5 ? words.prefix(5) + ["and \(words.count - 5) more"] : words
    }

    private func repeated(_ series: Series) -> [String] {
        var first: [ExportCensus.Page: String] = [:]
        return series.pages.compactMap { page, count in
            guard count.records >= min(Series.few, max(series.full, 1)), count.digest != 0 else { return nil }
            guard let other = first[count] else {
                first[count] = page.name
                return nil
            }
            return "\(page.name) repeats \(other)"
        }
    }

    /// Pages before the last one that are not full; `isFew`: hidden records can hardly explain it.
    private func short(_ series: Series) -> [(words: String, isFew: Bool)] {
        guard series.full >= Series.few else { return [] }
        return series.pages.dropLast().filter { $0.count.records < series.full }.map { page, count in
            (
                "\(page.name) has \(count.records.counted("record")), and others have \(series.full)",
                series.full - count.records <= series.full / 10
            )
        }
    }

    /// Trakt's pages have 250 records.
    private static let pageLength = 250

    private func lastIsFull(_ series: Series) -> String? {
        guard let last = series.pages.last, last.page.number > 0, last.count.records == series.full else { return nil }
        guard series.pages.count > 1 ? series.full >= Series.few : series.full == Self.pageLength else { return nil }
        return "\(last.page.name), the last page, is full"
    }

    /// The inconsistencies of pages alone, if the export states no number.
    private func pageFindings(_ series: Series) -> [Finding] {
        let short = short(series)
        let proof = repeated(series) + short.filter { !$0.isFew }.map(\.words)
        guard proof.isEmpty else {
            let diagnostic = Diagnostic(
                "trakt-export.incomplete",
                message: "THE EXPORT IS NOT COMPLETE: \(proof.prefix(5).joined(separator: "; "))"
                    + (proof.count > 5 ? "; and \(proof.count - 5) more" : ""),
                at: .file(path),
                hint: "the missing records are not in the result; \(ExportCatalogue.remedy)",
                severity: .warning
            )
            return [Finding(diagnostic: diagnostic, isPartial: true)]
        }
        return (short.map(\.words) + (lastIsFull(series).map { [$0] } ?? [])).map { words in
            let diagnostic = Diagnostic(
                "trakt-export.unsure",
                message:
                    "\(words); nothing in the export states how many \(data.words(for: nil, count: 2)) there are, so whether any are "
                    + "missing cannot be determined",
                at: .file(path),
                hint: "compare with what Trakt shows, or download the export again",
                severity: .warning
            )
            return Finding(diagnostic: diagnostic, isPartial: false)
        }
    }

    /// Whether the pages of a series have records about a subject; nil stands for all.
    private func isAbout(_ series: Series, subject: ExportPage.Subject?) -> Bool {
        subject == nil || data == .history || series.pages.first?.page.subject == subject
    }

    /// Whether the export states the total number of records on the pages of a series.
    private func isStated(_ series: Series) -> Bool {
        let subjects = Set(statements.map(\.subject))
        if subjects.contains(nil) { return true }
        if data == .history { return subjects.isSuperset(of: [.movies, .episodes]) }
        return series.pages.first?.page.subject.map { subjects.contains($0) } ?? false
    }
}

extension TraktData {
    /// The name of such records after a number: `plays of films`.
    func words(for subject: ExportPage.Subject?, count: Int) -> String {
        let one = count == 1
        let titles =
            switch subject {
            case .movies: one ? "film" : "films"
            case .shows: one ? "show" : "shows"
            case .seasons: one ? "season" : "seasons"
            case .episodes: one ? "episode" : "episodes"
            case .lists: one ? "list" : "lists"
            case nil: ""
            }
        let of = subject.map { $0 == .movies ? " of films" : " of \($0.rawValue)" } ?? ""
        return switch self {
        case .history: (one ? "play" : "plays") + of
        case .watched: subject == nil ? "watched titles" : "watched \(titles)"
        case .ratings: (one ? "rating" : "ratings") + of
        case .watchlist: one ? "entry of the watchlist" : "entries of the watchlist"
        case .collection: subject == nil ? "collected titles" : "collected \(titles)"
        case .favorites: one ? "favorite" : "favorites"
        case .comments:
            (one ? "comment" : "comments") + (subject.map { $0 == .movies ? " on films" : " on \($0.rawValue)" } ?? "")
        case .notes: one ? "note" : "notes"
        case .lists: one ? "list" : "lists"
        case .list(let name): (one ? "entry" : "entries") + " of the list '\(name)'"
        }
    }
}
