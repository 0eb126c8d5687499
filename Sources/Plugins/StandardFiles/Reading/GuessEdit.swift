internal import Diagnostics

/// Changes to a pipeline file that state what was guessed.
enum GuessEdit {
    /// The change of an option with the value `"guess"`.
    ///
    /// - Parameters:
    ///   - place: Where the value is.
    ///   - value: What is written instead.
    ///   - options: Further options, as they are written in a pipeline file.
    /// - Returns: The change; nil if the file does not write `"guess"` there, but a variable.
    static func edit(_ place: Diagnostic.Place?, stating value: String, with options: [String]) -> TextEdit? {
        guard case .text(let range)? = place else { return nil }
        let written = String(decoding: range.text.bytes[range.offsets], as: UTF8.self)
        guard written == "\"guess\"" || written == "'guess'" else { return nil }
        return TextEdit(range, replacement: "\"\(value)\"", additions: options)
    }

    /// The changes that declare columns whose kinds were guessed.
    ///
    /// - Parameters:
    ///   - place: Where `types` is.
    ///   - columns: The columns, as a list of TOML.
    ///   - columnsPlace: Where `columns` is; nil if it is not there.
    /// - Returns: The changes; none if the file does not write `"guess"` there.
    static func edits(
        _ place: Diagnostic.Place?,
        declaring columns: String,
        at columnsPlace: Diagnostic.Place?
    ) -> [TextEdit] {
        guard let columnsPlace else {
            return edit(place, stating: "declared", with: ["columns = \(columns)"]).map { [$0] } ?? []
        }
        guard case .text(let range) = columnsPlace, let edit = edit(place, stating: "declared", with: []) else {
            return []
        }
        return [edit, TextEdit(range, replacement: columns)]
    }
}
