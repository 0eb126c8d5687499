internal import Diagnostics
internal import Formats

/// `_errors.json`: the parts that Trakt could not export.
struct ExportErrors {
    /// A part that failed.
    struct Finding {
        let diagnostic: Diagnostic
        /// The API path of the part; nil if it is not known.
        let endpoint: String?

        /// Whether a kind of data is, or may be, affected.
        func concerns(_ data: TraktData) -> Bool {
            guard let endpoint else { return true }
            let parts = Set(endpoint.lowercased().split { "/?".contains($0) }.map(String.init))
            // Data of other users, and data that is never read.
            if !parts.isDisjoint(with: Self.never) { return false }
            let named = Self.kinds.filter { parts.contains($0.key) }
            return named.isEmpty || named.contains { $0.value.contains(data.kind) }
        }

        private static let never: Set<String> = ["likes", "hidden", "followers", "following", "friends", "requests"]
        /// `watched` and `lists` also state the number of plays and of entries on a list.
        private static let kinds: [String: Set<String>] = [
            "history": ["history"], "watched": ["watched"], "ratings": ["ratings"], "watchlist": ["watchlist"],
            "collection": ["collection"], "favorites": ["favorites"], "comments": ["comments"], "notes": ["notes"],
            "lists": ["lists", "list"], "playback": [], "settings": [], "stats": [], "last_activities": [],
            "collaborations": [], "saved_filters": [], "profile": [],
        ]
    }

    /// One finding for each part that failed.
    let findings: [Finding]

    init(_ export: ExportFiles) throws(Diagnostic) {
        let files = export.names.filter { $0.split(separator: "/").last?.lowercased() == "_errors.json" }
        var findings: [Finding] = []
        for file in files {
            let bytes = try export.bytes(of: file)
            let parts = try? JSONValue(parsing: bytes, name: file).array
            guard let parts else {
                let words = "parts of it failed; which ones cannot be read from \(file)"
                findings.append(Finding(diagnostic: Self.finding(words, export: export), endpoint: nil))
                continue
            }
            for part in parts {
                findings.append(
                    Finding(
                        diagnostic: Self.finding(Self.words(part), export: export),
                        endpoint: part["endpoint"]?.string
                    )
                )
            }
        }
        self.findings = findings
    }

    private static func finding(_ words: String, export: ExportFiles) -> Diagnostic {
        Diagnostic(
            "trakt-export.partial",
            message: "THE EXPORT IS NOT COMPLETE: \(words)",
            at: .file(export.path),
            hint: "the missing records are not in the result; \(ExportCatalogue.remedy)",
            severity: .warning
        )
    }

    /// A text for `{"endpoint": …, "error": …, "fetchedPages": …, "totalPages": …}`.
    private static func words(_ part: JSONValue) -> String {
        var words = "Trakt could not export \(part["endpoint"]?.string ?? "a part of it")"
        if let fetched = part["fetchedPages"]?.integer {
            words +=
                ", \(fetched) of \(part["totalPages"]?.integer.map { "\($0)" } ?? "an unknown number of") pages are there"
        }
        if let error = part["error"]?.string, !error.isEmpty { words += " (\(error))" }
        return words
    }
}
