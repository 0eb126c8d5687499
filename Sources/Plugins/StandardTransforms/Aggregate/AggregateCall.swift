package import PluginKit

/// A column of the result of an aggregate: `mean(rating) as rating`.
package struct AggregateCall: OptionValue {
    /// A function over the records of a group.
    enum Function: String, CaseIterable {
        case count, countDistinct = "count_distinct", sum, mean, min, max, first, last, any, median, quantile
        case joinText = "join_text"
    }

    let function: Function
    /// The column; nil for `count()`.
    let column: String?
    /// What follows the column, without quotes.
    let constant: String?
    /// The name of the new column.
    let name: String
    let place: Diagnostic.Place?
    private let text: String

    package static var shape: OptionShape { .other("a function and a name such as \"mean(rating) as rating\"") }

    package init(from input: OptionInput) throws(Diagnostic) {
        text = try input.text(expected: Self.shape)
        let place = Diagnostic.Place.text(input.range)
        self.place = place
        guard let open = text.firstIndex(of: "("), let close = Self.end(of: text, from: text.index(after: open)) else {
            throw Self.wrong("\"\(text)\" calls no function", at: place)
        }
        let word = Self.trimmed(text[..<open])
        guard let function = Function(rawValue: word) else {
            let names = Function.allCases.map(\.rawValue)
            throw Diagnostic(
                "aggregate.function",
                message: "there is no function '\(word)' here",
                at: place,
                hint: Self.foreign[word.lowercased()].map { "it is called '\($0)' here" }
                    ?? hint(for: word, among: names)
            )
        }
        self.function = function
        let arguments = Self.arguments(text[text.index(after: open)..<close])
        column = arguments.first.map { Self.unquoted($0, by: "`") }
        constant = arguments.count == 2 ? Self.unquoted(arguments[1], by: "\"") : nil
        let expected = Self.arguments(of: function)
        guard expected.counts.contains(arguments.count), column != "" else {
            throw Self.wrong("\(word) takes \(expected.words)", at: place)
        }
        let rest = Self.trimmed(text[text.index(after: close)...])
        if rest.isEmpty {
            name = ([word] + arguments.prefix(1).map { Self.unquoted($0, by: "`") }).joined(separator: "_")
        } else {
            guard rest.hasPrefix("as "), case let name = Self.unquoted(Self.trimmed(rest.dropFirst(3)), by: "`"),
                !name.isEmpty
            else { throw Self.wrong("expected 'as' and a name after '\(word)(…)', found '\(rest)'", at: place) }
            self.name = name
        }
    }

    package var literal: String { text.quoted }

    /// What other programs call a function.
    private static let foreign = [
        "avg": "mean", "average": "mean", "total": "sum", "minimum": "min", "maximum": "max", "any_value": "any",
        "count_unique": "count_distinct", "nunique": "count_distinct", "n_unique": "count_distinct",
        "percentile": "quantile", "percentile_cont": "quantile", "quantile_cont": "quantile", "string_agg": "join_text",
        "group_concat": "join_text", "listagg": "join_text",
    ]

    private static func arguments(of function: Function) -> (counts: ClosedRange<Int>, words: String) {
        switch function {
        case .count: (0...1, "one column or none")
        case .quantile: (2...2, "a column and a number from 0 to 1, such as quantile(rating, 0.9)")
        case .joinText: (1...2, "a column and what to write between the texts, such as join_text(title, \", \")")
        default: (1...1, "one column")
        }
    }

    static func wrong(_ message: String, at place: Diagnostic.Place?) -> Diagnostic {
        Diagnostic(
            "aggregate.call",
            message: message,
            at: place,
            hint: "such as \"count() as plays\", \"mean(rating) as rating\" or \"quantile(rating, 0.9) as high\""
        )
    }

    // MARK: Text

    /// The parenthesis that closes the call, outside of quotes.
    private static func end(of text: String, from start: String.Index) -> String.Index? {
        var quote: Character?
        for index in text.indices[start...] {
            let character = text[index]
            if quote != nil {
                if character == quote { quote = nil }
            } else if character == "\"" || character == "`" {
                quote = character
            } else if character == ")" {
                return index
            }
        }
        return nil
    }

    /// What commas separate, outside of quotes.
    private static func arguments(_ text: Substring) -> [String] {
        var (arguments, quote) = ([""], Character?.none)
        for character in text {
            if quote == nil, character == "," {
                arguments.append("")
                continue
            }
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "`" {
                quote = character
            }
            arguments[arguments.count - 1].append(character)
        }
        let trimmed = arguments.map { Self.trimmed($0[...]) }
        return trimmed == [""] ? [] : trimmed
    }

    private static func unquoted(_ text: String, by quote: Character) -> String {
        text.count > 1 && text.first == quote && text.last == quote ? String(text.dropFirst().dropLast()) : text
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
