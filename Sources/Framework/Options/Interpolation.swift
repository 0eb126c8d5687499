/// What `${…}` stands for in the strings of a pipeline file.
///
/// | written | becomes |
/// |---|---|
/// | `${var:name}` | a variable of the file, or what `-D name=value` set it to |
/// | `${env:NAME}` | a variable of the environment, which must be set |
/// | `${env:NAME:-text}` | the same, or `text` where it is not set or empty |
/// | `${env:NAME:?text}` | the same; where it is not set, the run is refused with `text` |
/// | `${file:path}` | what a file holds, without the newline at its end |
/// | `$$` | a dollar |
///
/// It happens after parsing, in string values only, so no value can inject structure.
public final class Interpolation: Sendable {
    /// What a variable of the file is.
    public struct Variable: Sendable {
        /// The value that replaces the reference.
        public let text: String
        /// Where the file declares it.
        public let range: SourceRange?
        /// Whether nobody may see the text.
        public let isSecret: Bool

        /// Creates a variable; if `isSecret` is true, dots replace its value wherever it would be shown.
        public init(_ text: String, at range: SourceRange? = nil, isSecret: Bool = false) {
            self.text = text
            self.range = range
            self.isSecret = isSecret
        }
    }

    private let variables: Locked<[String: Variable]>
    private let environment: [String: String]
    private let used = Locked<Set<String>>([])
    private let read = Locked<Set<String>>([])
    /// How many bytes texts may still become by what is put into them.
    private let room = Locked(mostInAll)
    private let hidden = Locked<Set<String>>([])
    private let hasConcealed = Locked(false)

    /// Creates an interpolation that resolves `${var:…}` and `${env:…}` from these dictionaries.
    public init(variables: [String: Variable] = [:], environment: [String: String] = [:]) {
        self.variables = Locked(variables)
        self.environment = environment
    }

    /// Adds a variable: texts that are replaced from now on may name it.
    package func define(_ name: String, as variable: Variable) {
        variables.withLock { $0[name] = variable }
    }

    /// The variables that were asked for so far, which then count as not asked for.
    package func takeUsedVariables() -> Set<String> {
        used.withLock { used in
            defer { used = [] }
            return used
        }
    }

    /// The variables that were asked for so far.
    public var usedVariables: Set<String> { used.withLock { $0 } }

    /// The files that `${file:path}` has named so far, also those that could not be read.
    public var usedFiles: Set<String> { read.withLock { $0 } }

    /// What was put into texts so far and is shown to nobody: files and variables with the names of secrets.
    public var secrets: Set<String> { hidden.withLock { $0 } }

    /// Adds a text that is shown to nobody.
    func conceal(_ text: String) {
        guard !text.isEmpty else { return }
        hidden.withLock { _ = $0.insert(text) }
        hasConcealed.withLock { $0 = true }
    }

    /// Whether a secret was put into a text since this was last asked.
    package func takeHasConcealed() -> Bool {
        hasConcealed.withLock { value in
            defer { value = false }
            return value
        }
    }

    /// Whether a text has something to replace.
    static func occurs(in text: String) -> Bool { text.utf8.contains(UInt8(ascii: "$")) }

    /// The names of the variables that a text refers to.
    package static func variables(in text: some Sequence<UInt8>) -> Set<String> {
        var names: Set<String> = []
        let opening = Array("${var:".utf8)
        var matched = 0
        var name: [UInt8]?
        for byte in text {
            if name != nil {
                if byte == UInt8(ascii: "}") {
                    names.insert(String(decoding: name ?? [], as: UTF8.self))
                    name = nil
                } else {
                    name?.append(byte)
                }
            } else if byte == opening[matched] {
                matched += 1
                if matched == opening.count { (matched, name) = (0, []) }
            } else {
                matched = byte == opening[0] ? 1 : 0
            }
        }
        return names
    }

    /// A text with everything replaced.
    ///
    /// One text becomes 2 MiB at most, all texts of a file together 32 MiB, as often as each of them is used.
    ///
    /// - Throws: `interpolation.*`, at `range`.
    public func expand(_ text: String, at range: SourceRange) throws(Diagnostic) -> String {
        guard Self.occurs(in: text) else { return text }
        var expanded = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            expanded += rest[..<dollar]
            try checkLength(of: expanded, at: range)
            rest = rest[rest.index(after: dollar)...]
            switch rest.first {
            case "$":
                expanded += "$"
                rest = rest.dropFirst()
            case "{":
                guard let end = rest.firstIndex(of: "}") else {
                    throw Diagnostic(
                        "interpolation.open",
                        message: "a '${' is never closed",
                        at: .text(range),
                        hint: "a plain dollar is written '$$'"
                    )
                }
                expanded += try value(of: rest[rest.index(after: rest.startIndex)..<end], at: range)
                rest = rest[rest.index(after: end)...]
            default:
                expanded += "$"
            }
        }
        expanded += rest
        try checkLength(of: expanded, at: range)
        let size = expanded.utf8.count
        guard
            room.withLock({ room in
                room -= size
                return room >= 0
            })
        else {
            throw Diagnostic(
                "interpolation.size",
                message: "with everything replaced, the texts of this file have more than \(Self.mostInAll >> 20) MiB",
                at: .text(range),
                hint: "use long variables and files in fewer places"
            )
        }
        return expanded
    }

    /// How many bytes all texts may have together: a list of references to a large file would use up the memory.
    private static let mostInAll = 32 << 20

    /// How many bytes a text may have: those of the largest file that `${file:…}` takes, and the text around it.
    ///
    /// Variables made of variables made of variables would grow until memory is used up.
    private static let longest = 2 << 20

    private func checkLength(of text: String, at range: SourceRange) throws(Diagnostic) {
        guard text.utf8.count > Self.longest else { return }
        throw Diagnostic(
            "interpolation.size",
            message: "with everything replaced, this text has more than \(Self.longest >> 20) MiB",
            at: .text(range),
            hint: "variables that stand for many others multiply"
        )
    }

    private func value(of reference: Substring, at range: SourceRange) throws(Diagnostic) -> String {
        let parts = reference.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let rest = parts.count == 2 ? String(parts[1]) : ""
        switch parts.first {
        case "var": return try variable(rest, at: range)
        case "env": return try environmentVariable(rest, at: range)
        case "file": return try contents(of: rest, at: range)
        default: throw Self.unknown(reference, at: range)
        }
    }

    private static func unknown(_ reference: some StringProtocol, at range: SourceRange) -> Diagnostic {
        Diagnostic(
            "interpolation.unknown",
            message: "'${\(String(reference).shortened(to: 100))}' is not known",
            at: .text(range),
            hint: "${var:name}, ${env:NAME} and ${file:path} are; a plain dollar is written '$$'"
        )
    }

    private func variable(_ name: String, at range: SourceRange) throws(Diagnostic) -> String {
        used.withLock { _ = $0.insert(name) }
        let (variable, known) = variables.withLock { ($0[name], $0[name] == nil ? Array($0.keys) : []) }
        if let variable {
            if variable.isSecret { conceal(variable.text) }
            return variable.text
        }
        throw Diagnostic(
            "interpolation.variable",
            message: "there is no variable '\(name)'",
            at: .text(range),
            // In no order worth having where there are many, and sorting those for each finding takes long.
            hint: hint(for: name, among: known.count > 500 ? known : known.sorted()) ?? "declare it under [vars]"
        )
    }

    private func environmentVariable(_ reference: String, at range: SourceRange) throws(Diagnostic) -> String {
        let name = reference.prefix { $0 != ":" }
        let rest = reference.dropFirst(name.count)
        guard !name.isEmpty, rest.isEmpty || rest.hasPrefix(":-") || rest.hasPrefix(":?") else {
            throw Self.unknown("env:\(reference)", at: range)
        }
        if let value = environment[String(name)], !value.isEmpty {
            if SecretName.matches(name) { conceal(value) }
            return value
        }
        if rest.hasPrefix(":-") { return String(rest.dropFirst(2)) }
        let reason = rest.hasPrefix(":?") ? String(rest.dropFirst(2)) : ""
        throw Diagnostic(
            "environment.variable",
            message: reason.isEmpty ? "the environment variable \(name) is not set" : reason,
            category: .environment,
            at: .text(range),
            hint: "export \(name)=…"
        )
    }

    private func contents(of path: String, at range: SourceRange) throws(Diagnostic) -> String {
        read.withLock { _ = $0.insert(path) }
        do throws(Diagnostic) {
            let bytes = try InputFile(path).readAll(atMost: 1 << 20)
            var text = String(decoding: bytes, as: UTF8.self)
            if text.hasSuffix("\r\n") || text.hasSuffix("\n") { text.removeLast() }
            if SecretName.matches(path) || path.contains("/secrets/") { conceal(text) }
            return text
        } catch {
            var error = error
            error.place = .text(range)
            throw error
        }
    }
}
