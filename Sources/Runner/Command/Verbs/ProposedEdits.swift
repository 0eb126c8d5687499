internal import Diagnostics
internal import PluginKit

/// The changes to pipeline files that findings propose, such as what was guessed about a file.
struct ProposedEdits {
    private var texts: [SourceText] = []
    private var edits: [String: [TextEdit]] = [:]

    /// What was written to a file.
    struct Written {
        /// The file.
        let path: String
        /// The changed lines, with the number of each.
        let lines: [(number: Int, text: String)]
    }

    /// Adds those of findings.
    mutating func add(_ findings: DiagnosticList) {
        for edit in findings.all.flatMap(\.edits) {
            let text = edit.range.text
            if edits[text.name] == nil { texts.append(text) }
            let isKnown = edits[text.name, default: []].contains { $0.range.offsets == edit.range.offsets }
            if !isKnown { edits[text.name, default: []].append(edit) }
        }
    }

    /// Changes the files; all else in them stays as it is.
    ///
    /// - Returns: What was written, in the order of the findings.
    /// - Throws: `file.changed` if a file is not what was checked; `file.*`.
    func write() throws(Diagnostic) -> [Written] {
        var written: [Written] = []
        for text in texts {
            let present = try InputFile(text.name).readAll(atMost: text.bytes.count + 1)
            guard present == text.bytes else {
                throw Diagnostic(
                    "file.changed",
                    message: "the file has changed since it was read, so nothing is written to it",
                    category: .environment,
                    at: .file(text.name),
                    hint: "check it again"
                )
            }
            let changed = text.applying(edits[text.name] ?? [])
            try FileSystem.replace(text.name, with: changed.span)
            written.append(Written(path: text.name, lines: Self.newLines(of: changed, before: text.bytes)))
        }
        return written
    }

    /// The lines that differ from those before: lines are replaced or added, and never removed.
    private static func newLines(of changed: [UInt8], before: [UInt8]) -> [(number: Int, text: String)] {
        let old = before.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let new = changed.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return new.difference(from: old).insertions.compactMap { change in
            guard case .insert(let offset, let line, _) = change else { return nil }
            return (offset + 1, String(decoding: line, as: UTF8.self))
        }
    }
}
