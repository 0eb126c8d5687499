internal import Diagnostics
internal import Formats

/// `_errors.json`: what Trakt could not put into the export.
struct ExportErrors {
    /// One finding for each part that failed.
    let findings: [Diagnostic]

    init(_ export: ExportFiles) throws(Diagnostic) {
        let files = export.names.filter { $0.split(separator: "/").last?.lowercased() == "_errors.json" }
        var findings: [Diagnostic] = []
        for file in files {
            let bytes = try export.bytes(of: file)
            let parts = try? JSONValue(parsing: bytes, name: file).array
            guard let parts else {
                findings.append(Self.finding("parts of it failed; which ones cannot be read from \(file)", export))
                continue
            }
            for part in parts { findings.append(Self.finding(Self.words(part), export)) }
        }
        self.findings = findings
    }

    private static func finding(_ words: String, _ export: ExportFiles) -> Diagnostic {
        Diagnostic(
            "trakt-export.partial",
            "THE EXPORT IS NOT COMPLETE: \(words)",
            at: .file(export.path),
            hint:
                "what is missing there is missing in the result; download the export again, or go on with what there is",
            severity: .warning
        )
    }

    /// `{"endpoint": …, "error": …, "fetchedPages": …, "totalPages": …}` in words.
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
