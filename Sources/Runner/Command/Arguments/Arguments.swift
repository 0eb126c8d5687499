internal import Diagnostics
internal import Jobs

/// The parsed command line of a verb.
struct Arguments: Sendable {
    /// The words that are not flags, in order.
    private(set) var operands: [String] = []
    private var values: [String: [String]] = [:]

    /// An empty command line.
    init() {}

    /// Parses `--name value`, `--name=value`, `-x value` and `-xvalue`; after `--`, every word is an operand.
    ///
    /// - Throws: `command.flag` for an unknown flag or one without its value.
    init(_ words: [String], flags: [Flag], of verb: String) throws(Diagnostic) {
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                operands += rest
                return
            }
            guard word.hasPrefix("-"), word != "-" else {
                operands.append(word)
                continue
            }
            let isLong = word.hasPrefix("--")
            let body = word.drop { $0 == "-" }
            let name = isLong ? body.prefix { $0 != "=" } : word == "-h" ? "help" : body.prefix(1)
            guard let flag = flags.first(where: { $0.name == name && ($0.name.count > 1) == (isLong || word == "-h") })
            else { throw Self.unknownFlag(word, among: flags, of: verb) }
            var attached: String?
            if isLong, body.count > name.count { attached = String(body.dropFirst(name.count + 1)) }
            if !isLong, body.count > 1, word != "-h" {
                attached = String(body.dropFirst(body.dropFirst().first == "=" ? 2 : 1))
            }
            guard flag.value != nil else {
                if let attached {
                    throw Diagnostic(
                        "command.flag",
                        message: "the flag '\(flag.spelling)' takes no value, found '\(attached)'",
                        category: .usage
                    )
                }
                values[flag.name, default: []].append("")
                continue
            }
            if attached == nil, let next = rest.first, flags.contains(where: { $0.spelling == next }) {
                throw Self.missingValue(of: flag, before: next)
            }
            guard let value = attached ?? rest.popFirst() else { throw Self.missingValue(of: flag) }
            values[flag.name, default: []].append(value)
        }
    }

    /// Whether a flag was given.
    func has(_ flag: String) -> Bool { values[flag] != nil }

    /// The last value of a flag.
    subscript(_ flag: String) -> String? { values[flag]?.last }

    /// All values of a flag that can be given several times.
    func all(_ flag: String) -> [String] { values[flag] ?? [] }

    /// The values of `-D name=value`.
    ///
    /// - Throws: `command.variable` for one without `=`.
    func variables() throws(Diagnostic) -> [String: String] {
        var variables: [String: String] = [:]
        for definition in all("D") {
            guard let equals = definition.firstIndex(of: "="), equals != definition.startIndex else {
                let name = VariableWord.isName(definition) ? definition : "name"
                throw Diagnostic(
                    "command.variable",
                    message: "-D \(definition) sets no value",
                    category: .usage,
                    hint: "-D \(name)=value"
                )
            }
            variables[String(definition[..<equals])] = String(definition[definition.index(after: equals)...])
        }
        return variables
    }
}
