/// A class of code points as PCRE2 writes it.
struct ClassText {
    /// Members to be written between brackets.
    var items = ""
    /// Further members, each a pattern for one code point.
    var others: [String] = []
    /// Whether it is all code points but those.
    private var isNegated = false

    init(items: String = "", others: [String] = []) {
        self.items = items
        self.others = others
    }

    /// All other code points.
    var negated: ClassText {
        var copy = self
        copy.isNegated.toggle()
        return copy
    }

    /// A pattern for one code point.
    var text: String {
        guard !others.isEmpty || items.isEmpty else { return isNegated ? "[^\(items)]" : "[\(items)]" }
        guard !others.isEmpty else { return isNegated ? "(?s:.)" : "(?!)" }
        let all = ((items.isEmpty ? [] : ["[\(items)]"]) + others).joined(separator: "|")
        return isNegated ? "(?:(?!\(all))(?s:.))" : "(?:\(all))"
    }

    /// Adds the members of another class.
    mutating func add(_ other: ClassText) {
        if other.others.isEmpty, !other.isNegated { items += other.items } else { others.append(other.text) }
    }

    /// The code points in both.
    func intersection(_ other: ClassText) -> ClassText { ClassText(others: ["(?:(?=\(text))\(other.text))"]) }

    /// The code points in this one only.
    func subtracting(_ other: ClassText) -> ClassText { ClassText(others: ["(?:(?!\(other.text))\(text))"]) }
}
