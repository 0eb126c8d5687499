package import PluginKit

/// Gives columns other names.
package struct Rename: MapTransform {
    package static let name = "rename"
    package static let summary = "Gives columns other names."
    package static let details = """
        Each entry of `columns` is a name, ` as ` and the new name. With a `*` in both, it renames all columns that \
        fit, and the `*` of the new name stands for the characters that the other one has found: `"film_* as *"` \
        removes a prefix, and `"* as old_*"` adds one. Of several entries that fit, the first counts; names come \
        before patterns. All other columns keep their names, unless `style` changes them: `snake_case` makes \
        `watched_at` of `Watched At` and `watchedAt`.

        Columns keep their places. All are renamed at the same time, so two can exchange their names. Two columns of \
        one name are an error.
        """
    package static let example: String? = """
        [[transform]]
        use = "rename"
        columns = ["watched_at as watched", "film_* as *"]
        """

    /// What happens to the names of columns that are not listed.
    package enum Style: String, CaseIterable, OptionValue {
        /// They stay as they are.
        case keep
        /// Words in lower case, with underscores between them.
        case snakeCase = "snake_case"
    }

    package struct Options: OptionGroup {
        @Option("The columns, each with its new name: \"watched_at as seen\", \"film_* as *\".")
        package var columns: [ColumnEntry] = []

        @Option("What happens to the names of all other columns.")
        package var style = Style.keep

        package init() {}
    }

    package let output: Schema
    private let names: [String: String]

    package init(_ options: Options, input: Schema, in context: StageContext) throws {
        var problems = DiagnosticList()
        var names: [String: (new: String, place: Diagnostic.Place?)] = [:]
        var patterns: [ColumnEntry] = []
        for entry in options.columns {
            let (old, new) = (entry.column.header, entry.column.name)
            if let problem = Self.problem(with: entry, of: input) {
                problems.append(problem)
            } else if input.column(old) != nil {
                if names.updateValue((new, entry.place), forKey: old) != nil {
                    problems.append(
                        Diagnostic("rename.twice", message: "the column '\(old)' is renamed twice", at: entry.place)
                    )
                }
            } else if RenamePattern(old, to: new) != nil {
                patterns.append(entry)
            } else {
                do throws(Diagnostic) { _ = try input.field(old, at: entry.place) } catch { problems.append(error) }
            }
        }
        for entry in patterns {
            guard let pattern = RenamePattern(entry.column.header, to: entry.column.name) else { continue }
            var isUsed = false
            for name in input.names {
                guard let new = pattern.newName(of: name) else { continue }
                isUsed = true
                if names[name] == nil { names[name] = (new, entry.place) }
            }
            if !isUsed {
                problems.append(
                    Diagnostic(
                        "columns.no-match",
                        message: "no column here is named like '\(entry.column.header)'",
                        at: entry.place
                    )
                )
            }
        }
        if options.style == .snakeCase {
            for name in input.names where names[name] == nil { names[name] = (SnakeCase.name(name), options.$style) }
        }
        var taken: [String: String] = [:]
        for old in input.names {
            let (new, place) = names[old] ?? (old, nil)
            if new.isEmpty {
                problems.append(
                    Diagnostic(
                        "rename.no-name",
                        message: "the column '\(old)' would have no name",
                        at: place,
                        hint: "list it with a name of its own, before the pattern"
                    )
                )
                continue
            }
            guard let other = taken.updateValue(old, forKey: new) else { continue }
            problems.append(
                Diagnostic(
                    "rename.same-name",
                    message: "'\(other)' and '\(old)' would both be called '\(new)'",
                    at: place ?? names[other]?.place,
                    hint: "give one of them another name, or leave it out with 'select' before"
                )
            )
        }
        try problems.throwIfErrors()
        self.names = names.mapValues(\.new).filter { $0 != $1 }
        output = Schema(input.columns.map { $0.renamed(to: names[$0.name]?.new ?? $0.name) })
    }

    /// What is wrong with an entry as it is written.
    private static func problem(with entry: ColumnEntry, of input: Schema) -> Diagnostic? {
        if entry.column.kind != nil {
            return Diagnostic(
                "rename.kind",
                message: "a name is expected here, and no kind",
                at: entry.place,
                hint: "'cast' converts columns; a name with a colon is written in backticks"
            )
        }
        let (old, new) = (entry.column.header, entry.column.name)
        guard new != old else {
            return Diagnostic(
                "rename.as",
                message: entry.text.contains(" as ") ? "the new name is the old one" : "the new name is missing",
                at: entry.place,
                hint: old.contains("*") ? "such as \"film_* as *\"" : "such as \"\(old) as other\""
            )
        }
        // A name in backticks has a star of its own.
        let isPattern = input.column(old) == nil && old.contains("*")
        guard !entry.text.contains("`"), isPattern || new.contains("*") else { return nil }
        guard !isPattern || RenamePattern(old, to: new) == nil else { return nil }
        return Diagnostic(
            "rename.star",
            message: "a pattern and the new name have one '*' each",
            at: entry.place,
            hint: "such as \"film_* as *\"; a name with a '*' of its own is written in backticks"
        )
    }

    package func apply(to batch: inout Batch) { batch.reshape(to: output, from: output.columns.indices.map { $0 }) }
}

extension Rename {
    /// The columns under their old names.
    package var needs: Needs { .renaming(names) }
}

/// `film_* as *`: one star in each.
private struct RenamePattern {
    private let old: (start: [UInt8], end: [UInt8])
    private let new: (start: Substring, end: Substring)

    /// Nil if the two do not have one star each.
    init?(_ old: String, to new: String) {
        let parts = old.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map { Array($0) }
        let names = new.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count == 2, names.count == 2 else { return nil }
        (self.old, self.new) = ((parts[0], parts[1]), (names[0], names[1]))
    }

    /// The new name of a column; nil if it is not one of those to rename.
    func newName(of name: String) -> String? {
        let bytes = Array(name.utf8)
        guard bytes.count >= old.start.count + old.end.count, bytes.starts(with: old.start),
            bytes.reversed().starts(with: old.end.reversed())
        else { return nil }
        let star = bytes[old.start.count..<bytes.count - old.end.count]
        return String(new.start) + String(decoding: star, as: UTF8.self) + String(new.end)
    }
}

/// Names in lower case, with underscores between their words.
enum SnakeCase {
    /// `Watched At`, `watchedAt` and `Watched-At` become `watched_at`.
    ///
    /// A word begins after a sign that is neither a letter nor a digit, and with an upper-case letter after a lower-case
    /// letter or a digit, or before a lower-case letter: `HTTPCode2Name` becomes `http_code2_name`.
    static func name(_ name: String) -> String {
        let letters = Array(name)
        var words = ""
        for (index, letter) in letters.enumerated() {
            guard letter.isLetter || letter.isNumber else {
                if !words.isEmpty, words.last != "_" { words.append("_") }
                continue
            }
            if letter.isUppercase, index > 0, !words.isEmpty, words.last != "_" {
                let (before, after) = (letters[index - 1], index + 1 < letters.count ? letters[index + 1] : nil)
                if before.isLowercase || before.isNumber || (before.isUppercase && after?.isLowercase == true) {
                    words.append("_")
                }
            }
            words += letter.lowercased()
        }
        if words.last == "_" { words.removeLast() }
        return words.isEmpty ? name : words
    }
}
