/// Replaces `${…}` in the strings of a pipeline file.
///
/// | written | replaced by |
/// |---|---|
/// | `${var:name}` | a variable of the file, or the value given by `-D name=value` |
/// | `${env:NAME}` | an environment variable, which must be set |
/// | `${env:NAME:-text}` | the same, or `text` if it is unset or empty |
/// | `${env:NAME:?text}` | the same; if it is unset, the run is refused with `text` |
/// | `${file:path}` | the contents of a file, without the newline at the end |
/// | `$$` | a dollar sign |
///
/// Replacement happens after parsing and only in string values, so no value can inject structure.
public final class Interpolation: Sendable {
    /// A variable of the file.
    public struct Variable: Sendable {
        /// The value that replaces the reference.
        public let text: String
        /// Where the file declares it.
        public let range: SourceRange?
        /// Whether the text is a secret.
        public let isSecret: Bool

        /// Creates a variable; if `isSecret` is true, its value is shown as dots.
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
    /// How many more bytes texts may grow by replacement.
    private let room = Locked(mostInAll)
    private let hidden = Locked<Set<String>>([])
    private let hasConcealed = Locked(false)

    /// Creates an interpolation that resolves `${var:…}` and `${env:…}` from these dictionaries.
    public init(variables: [String: Variable] = [:], environment: [String: String] = [:]) {
        self.variables = Locked(variables)
        self.environment = environment
    }

    /// Adds a variable that texts may refer to from now on.
    package func define(_ name: String, as variable: Variable) {
        variables.withLock { $0[name] = variable }
    }

    /// Returns the variables used so far, and clears that set.
    package func takeUsedVariables() -> Set<String> {
        used.withLock { used in
            defer { used = [] }
            return used
        }
    }

    /// The variables used so far.
    public var usedVariables: Set<String> { used.withLock { $0 } }

    /// The files that `${file:path}` has named so far, including those that could not be read.
    public var usedFiles: Set<String> { read.withLock { $0 } }

    /// The secret texts inserted so far: files, and variables with the names of secrets.
    public var secrets: Set<String> { hidden.withLock { $0 } }

    /// Adds a text as a secret.
    func conceal(_ text: String) {
        guard !text.isEmpty else { return }
        hidden.withLock { _ = $0.insert(text) }
        hasConcealed.withLock { $0 = true }
    }

    /// Whether a secret was inserted into a text since the last call.
    package func takeHasConcealed() -> Bool {
        hasConcealed.withLock { value in
            defer { value = false }
            return value
        }
    }

    /// Whether a text contains anything to replace.
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

    /// Replaces all references in a text.
    ///
    /// The result of one text is limited to 2 MiB, and that of all texts of a file together to 32 MiB, counted each
    /// time one is used.
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
                        hint: "write '$$' for a dollar sign"
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
                message: "after replacement, the texts of this file have more than \(Self.mostInAll >> 20) MiB",
                at: .text(range),
                hint: "use long variables and files in fewer places"
            )
        }
        return expanded
    }

    /// The limit for all texts together, in bytes: a list of references to a large file would otherwise exhaust memory.
    private static let mostInAll = 32 << 20

    /// The limit for one text, in bytes: the largest file that `${file:…}` accepts, and the text around it.
    ///
    /// Variables that refer to several others, level after level, would otherwise exhaust memory.
    private static let longest = 2 << 20

    private func checkLength(of text: String, at range: SourceRange) throws(Diagnostic) {
        guard text.utf8.count > Self.longest else { return }
        throw Diagnostic(
            "interpolation.size",
            message: "after replacement, this text has more than \(Self.longest >> 20) MiB",
            at: .text(range),
            hint: "variables that refer to several others multiply the size"
        )
    }

    /// What replaces a reference, such as `var:name`.
    ///
    /// - Throws: `interpolation.*`, `environment.variable` and errors of files, at `range`.
    func value(of reference: Substring, at range: SourceRange) throws(Diagnostic) -> String {
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
            hint: "use ${var:name}, ${env:NAME} or ${file:path}; write '$$' for a dollar sign"
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
            // A long list would be of little use in any order, and sorting it for each finding is slow.
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
