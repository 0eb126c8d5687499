package import PluginKit

/// One or more columns, by name: `title`, `ids_*`, `*`.
///
/// `*` stands for any characters, also none. A name with a `*` of its own is written in backticks, and a backtick within
/// them twice.
package struct ColumnPattern: OptionValue, ExpressibleByStringLiteral {
    /// The pattern as it is written.
    package let text: String
    /// Where it is written; nil if it is a default.
    package let place: Diagnostic.Place?
    /// The parts between the stars; a single one is a name.
    private let parts: [[UInt8]]

    package static var shape: OptionShape { .other("a column or a pattern such as \"ids_*\"") }

    package init(stringLiteral text: String) { self.init(text, at: nil) }

    package init(from input: OptionInput) throws(Diagnostic) {
        let text = try input.text(expected: Self.shape)
        guard !text.isEmpty else {
            throw Diagnostic(
                "columns.pattern",
                message: "expected the name of a column or a pattern, found an empty text",
                at: .text(input.range),
                hint: "such as \"title\", \"ids_*\" or \"*\" for all columns"
            )
        }
        self.init(text, at: .text(input.range))
    }

    private init(_ text: String, at place: Diagnostic.Place?) {
        self.text = text
        self.place = place
        if text.utf8.count > 2, text.hasPrefix("`"), text.hasSuffix("`") {
            let name = text.dropFirst().dropLast().split(separator: "``", omittingEmptySubsequences: false)
            parts = [Array(name.joined(separator: "`").utf8)]
        } else {
            parts = text.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(Array.init)
        }
    }

    package var literal: String { text.literal }

    /// Whether it stands for all columns that nothing else stands for.
    var isRest: Bool { parts == [[], []] }

    /// The name, if it can stand for one column only.
    var name: String? { parts.count == 1 ? String(decoding: parts[0], as: UTF8.self) : nil }

    /// Whether it stands for a column of this name.
    func matches(_ name: String) -> Bool {
        let name = Array(name.utf8)
        guard parts.count > 1, let first = parts.first, let last = parts.last else { return name == parts.first ?? [] }
        guard name.count >= first.count + last.count, name.starts(with: first),
            name.suffix(last.count).elementsEqual(last)
        else { return false }
        // The parts in between, each at its first place: a later one would leave less for those after it.
        var rest = name[first.count..<name.count - last.count]
        for part in parts[1..<parts.count - 1] where !part.isEmpty {
            guard let start = rest.indices.first(where: { rest[$0...].starts(with: part) }) else { return false }
            rest = rest[(start + part.count)...]
        }
        return true
    }

    /// A finding that no column has a fitting name.
    func matchesNothing(in input: Schema) -> Diagnostic {
        guard let name else {
            return Diagnostic(
                "columns.no-match",
                message: "no column here is named like '\(text)'",
                at: place,
                hint: "the columns are \(input.names.prefix(10).joined(separator: ", "))"
                    + (input.width > 10 ? ", … (\(input.width - 10) more)" : "")
            )
        }
        do throws(Diagnostic) { _ = try input.field(name, at: place) } catch { return error }
        return Diagnostic("columns.no-match", message: "the column '\(name)' is not left", at: place)
    }
}
