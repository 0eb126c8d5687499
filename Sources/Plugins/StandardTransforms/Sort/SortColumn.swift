package import PluginKit
internal import Spilling

/// A column to sort by, with its direction: `rating desc nulls first`.
package struct SortColumn: OptionValue {
    /// The name of the column.
    package let name: String
    /// Whether large values come first.
    package var isDescending = false
    /// Whether records without a value come last.
    package var nullsLast = true
    /// Whether upper and lower case are equal.
    package var foldsCase = false
    /// Where it is written; nil if it is not from a file.
    private let place: Diagnostic.Place?
    private let text: String

    package static var shape: OptionShape { .other("a column and its direction such as \"rating desc nulls first\"") }

    package init(from input: OptionInput) throws(Diagnostic) {
        text = try input.text(expected: Self.shape)
        place = .text(input.range)
        var words = text.split(separator: " ").map(String.init)
        var seen: Set<String> = []
        while words.count > 1, let last = words.last {
            let what: String
            switch last {
            case "asc", "desc":
                what = "direction"
                isDescending = last == "desc"
            case "fold":
                what = last
                foldsCase = true
            case "first", "last":
                guard words.count > 2, words[words.count - 2] == "nulls" else {
                    throw Self.wrong("expected 'nulls' before '\(last)' in \"\(text)\"", at: place)
                }
                what = "nulls"
                nullsLast = last == "last"
                words.removeLast()
            default: what = ""
            }
            guard !what.isEmpty else { break }
            guard seen.insert(what).inserted else {
                throw Self.wrong("\"\(text)\" states the same twice", at: place)
            }
            words.removeLast()
        }
        var name = words.joined(separator: " ")
        if name.hasPrefix("`"), name.hasSuffix("`"), name.utf8.count > 2 { name = String(name.dropFirst().dropLast()) }
        guard !name.isEmpty else { throw Self.wrong("\"\(text)\" names no column", at: place) }
        self.name = name
    }

    package var literal: String { text.quoted }

    private static func wrong(_ message: String, at place: Diagnostic.Place?) -> Diagnostic {
        Diagnostic(
            "sort.column",
            message: message,
            at: place,
            hint: "such as \"rating\", \"rating desc\", \"title fold\" or \"rating desc nulls first\""
        )
    }

    /// The order of these columns.
    ///
    /// - Throws: `schema.unknown-column`, `keys.column-twice`, `sort.no-columns`, `sort.fold`, all together.
    static func order(
        _ columns: [SortColumn],
        of schema: Schema,
        at place: Diagnostic.Place?
    ) throws(DiagnosticList) -> SortOrder {
        var problems = DiagnosticList()
        var criteria: [SortOrder.Column] = []
        var seen: Set<String> = []
        if columns.isEmpty {
            problems.append(Diagnostic("sort.no-columns", message: "there is no column to sort by", at: place))
        }
        for column in columns {
            guard !problems.isFull else {
                problems.leaveOut()
                continue
            }
            do throws(Diagnostic) {
                criteria.append(try column.criterion(of: schema, isNew: seen.insert(column.name).inserted))
            } catch {
                problems.append(error)
            }
        }
        try problems.throwIfErrors()
        return SortOrder(criteria)
    }

    private func criterion(of schema: Schema, isNew: Bool) throws(Diagnostic) -> SortOrder.Column {
        let field = try schema.field(name, at: place)
        guard isNew else {
            throw Diagnostic("keys.column-twice", message: "the column '\(name)' is named twice", at: place)
        }
        guard !foldsCase || field.kind == .text else {
            throw Diagnostic(
                "sort.fold",
                message: "the column '\(name)' holds \(field.kind), which has no upper and lower case",
                at: place,
                hint: "remove 'fold'"
            )
        }
        return SortOrder.Column(field, isDescending: isDescending, nullsLast: nullsLast, foldsCase: foldsCase)
    }
}
