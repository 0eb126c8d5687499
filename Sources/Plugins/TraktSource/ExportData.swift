package import Diagnostics
package import PluginKit

/// A kind of data in an export.
package enum ExportData: Hashable, Sendable {
    case history
    case watched
    case ratings
    case watchlist
    case collection
    case favorites
    case comments
    case list(String)
}

extension ExportData: OptionValue {
    private static let words: [(String, ExportData)] = [
        ("history", .history), ("watched", .watched), ("ratings", .ratings), ("watchlist", .watchlist),
        ("collection", .collection), ("favorites", .favorites), ("comments", .comments),
    ]

    package static var shape: OptionShape { .choice(words.map(\.0) + ["lists/NAME"]) }

    package init(from input: OptionInput) throws(Diagnostic) {
        let text = try input.text(expected: Self.shape)
        if let known = Self.words.first(where: { $0.0 == text }) {
            self = known.1
        } else if text.hasPrefix("lists/"), text.count > 6 {
            self = .list(String(text.dropFirst(6)))
        } else {
            throw Diagnostic(
                "option.choice",
                "an export has no data '\(text.prefix(40))'",
                at: .text(input.range),
                hint: hint(for: text, among: Self.words.map(\.0) + ["lists/NAME"])
            )
        }
    }

    package var literal: String { "\"\(words)\"" }

    /// What pipeline files call it.
    package var words: String {
        if case .list(let name) = self { return "lists/\(name)" }
        return Self.words.first { $0.1 == self }?.0 ?? ""
    }
}
