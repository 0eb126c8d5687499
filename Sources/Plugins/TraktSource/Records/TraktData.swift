package import Diagnostics
package import PluginKit

/// A kind of data in an account.
package enum TraktData: Hashable, Sendable {
    case history
    case watched
    case ratings
    case watchlist
    case collection
    case favorites
    case comments
    case notes
    /// The lists themselves.
    case lists
    /// The entries of one list, by its URL or its number; of all of the account's lists if it is `*`.
    case list(String)
}

extension TraktData: OptionValue {
    private static let words: [(String, TraktData)] = [
        ("history", .history), ("watched", .watched), ("ratings", .ratings), ("watchlist", .watchlist),
        ("collection", .collection), ("favorites", .favorites), ("comments", .comments), ("notes", .notes),
        ("lists", .lists),
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
                message: "an account at Trakt has no data '\(text.prefix(40))'",
                at: .text(input.range),
                hint: hint(for: text, among: Self.words.map(\.0) + ["lists/NAME"])
            )
        }
    }

    package var literal: String { "\"\(words)\"" }

    /// The kind without the name of a list.
    var kind: String { if case .list = self { "list" } else { words } }

    /// The name in pipeline files.
    package var words: String {
        if case .list(let name) = self { return "lists/\(name)" }
        return Self.words.first { $0.1 == self }?.0 ?? ""
    }
}
