/// The page of the documentation that lists all functions.
package enum FunctionPage {
    /// The page as Markdown.
    package static var text: String {
        var lines = head
        for group in FunctionGroup.allCases {
            let functions = FunctionTable.all.filter { $0.group == group }
            guard !functions.isEmpty else { continue }
            lines += ["", "## \(group.rawValue)", "", "| function | gives | example |", "|---|---|---|"]
            lines += functions.map { function in
                "| `\(cell(form(of: function)))` | \(cell(function.summary)) | "
                    + "`\(cell(function.example))` is `\(cell(function.result))` |"
            }
        }
        lines += foreign
        return lines.joined(separator: "\n") + "\n"
    }

    private static let head = [
        "<!-- Made by scripts/functions. Its text is in the declarations of the functions. -->",
        "",
        "# Functions",
        "",
        "The functions of [expressions](expressions.md). The tests evaluate every example.",
        "",
        "- Null in, null out: a function of a null is null, unless its line says otherwise.",
        "- A value for which a function has no result rejects its record; `try(…)` makes it null instead.",
        "- Characters are code points, and are counted from 1. Nothing depends on the language of the machine.",
        "- An instant has a date and an hour only in a time zone: an IANA name such as `\"Europe/Berlin\"`, `\"UTC\"`, or",
        "  `\"local\"` for that of the machine. A local time that the clock shows twice is the first of the two; one that it",
        "  passes over is the time that it would have been without the change.",
        "- `pattern`, `constant` and `zone` have to be the same for all records. For patterns see [Patterns](patterns.md).",
    ]

    private static var foreign: [String] {
        var names: [String: [String]] = [:]
        for (foreign, ours) in FunctionTable.foreignNames { names[ours, default: []].append(foreign) }
        return [
            "", "## Names in other languages", "",
            "A call of one of these names is refused with the name here. They are those of SQL, VRL, Bloblang, Miller, jq,",
            "Polars and spreadsheets.", "", "| here | elsewhere |", "|---|---|",
        ]
            + names.sorted { ($0.key.contains(" ") ? 1 : 0, $0.key) < ($1.key.contains(" ") ? 1 : 0, $1.key) }.map {
                let ours = FunctionTable.byName[$0.key] == nil ? $0.key : "`\($0.key)`"
                return "| \(cell(ours)) | \($0.value.sorted().map { "`\($0)`" }.joined(separator: ", ")) |"
            }
    }

    private static func cell(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }

    /// A call with the types of its arguments: `left(text, integer)`, `abs(integer | real)`.
    static func form(of function: Function) -> String {
        // A form that is refused for want of a zone is not one to write.
        let overloads = function.overloads.filter { overload in
            !function.overloads.contains { other in
                other.parameters.last.map(isZone) == true
                    && other.parameters.dropLast().map(\.type) == overload.parameters.map(\.type)
                    && overload.parameters.contains { $0.type != .text }
            }
        }
        var forms: [String] = []
        for count in Set(overloads.map(\.parameters.count)).sorted() {
            let same = overloads.filter { $0.parameters.count == count }
            let types = (0..<count).map { index in
                var words: [String] = []
                for overload in same where !words.contains(word(overload.parameters[index])) {
                    words.append(word(overload.parameters[index]))
                }
                return words.joined(separator: " | ")
            }
            let rest = same.contains(where: \.repeatsLast) ? ", …" : ""
            forms.append("\(function.name)(\(types.joined(separator: ", "))\(rest))")
        }
        return forms.joined(separator: "`, `")
    }

    private static func isZone(_ parameter: Parameter) -> Bool {
        parameter.form == .constant && parameter.phrase == Parameter.zone.phrase
    }

    private static func word(_ parameter: Parameter) -> String {
        if parameter.form == .pattern { return "pattern" }
        if isZone(parameter) { return "zone" }
        return (parameter.form == .constant ? "constant " : "") + (parameter.type?.rawValue ?? "any")
    }
}
