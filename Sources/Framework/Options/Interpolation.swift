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
        /// Its text.
        public let text: String
        /// Where the file declares it.
        public let range: SourceRange?

        /// A variable.
        public init(_ text: String, at range: SourceRange? = nil) {
            self.text = text
            self.range = range
        }
    }

    private let variables: [String: Variable]
    private let environment: [String: String]
    private let used = Guarded<Set<String>>([])
    private let read = Guarded<Set<String>>([])

    /// Variables and an environment.
    public init(variables: [String: Variable] = [:], environment: [String: String] = [:]) {
        self.variables = variables
        self.environment = environment
    }

    /// The variables that were asked for so far.
    public var usedVariables: Set<String> { used.withLock { $0 } }

    /// The files that `${file:path}` has named so far, also those that could not be read.
    public var usedFiles: Set<String> { read.withLock { $0 } }

    /// Whether a text has something to replace.
    static func occurs(in text: String) -> Bool { text.utf8.contains(UInt8(ascii: "$")) }

    /// A text with everything replaced.
    ///
    /// - Throws: `interpolation.*`, at `range`.
    public func expand(_ text: String, at range: SourceRange) throws(Diagnostic) -> String {
        guard Self.occurs(in: text) else { return text }
        var expanded = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            expanded += rest[..<dollar]
            guard expanded.utf8.count <= Self.longest else { throw Self.tooLong(at: range) }
            rest = rest[rest.index(after: dollar)...]
            switch rest.first {
            case "$":
                expanded += "$"
                rest = rest.dropFirst()
            case "{":
                guard let end = rest.firstIndex(of: "}") else {
                    throw Diagnostic(
                        "interpolation.open",
                        "a '${' is never closed",
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
        guard expanded.utf8.count <= Self.longest else { throw Self.tooLong(at: range) }
        return expanded
    }

    /// How many bytes a text may have: those of the largest file that `${file:…}` takes, and the text around it.
    ///
    /// Variables made of variables made of variables would grow until memory is used up.
    private static let longest = 2 << 20

    private static func tooLong(at range: SourceRange) -> Diagnostic {
        Diagnostic(
            "interpolation.size",
            "with everything replaced, this text has more than \(longest >> 20) MiB",
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
            "'${\(reference)}' is not known",
            at: .text(range),
            hint: "${var:name}, ${env:NAME} and ${file:path} are; a plain dollar is written '$$'"
        )
    }

    private func variable(_ name: String, at range: SourceRange) throws(Diagnostic) -> String {
        used.withLock { _ = $0.insert(name) }
        if let variable = variables[name] { return variable.text }
        throw Diagnostic(
            "interpolation.variable",
            "there is no variable '\(name)'",
            at: .text(range),
            hint: hint(for: name, among: variables.keys.sorted()) ?? "declare it under [vars]"
        )
    }

    private func environmentVariable(_ reference: String, at range: SourceRange) throws(Diagnostic) -> String {
        let name = reference.prefix { $0 != ":" }
        let rest = reference.dropFirst(name.count)
        guard !name.isEmpty, rest.isEmpty || rest.hasPrefix(":-") || rest.hasPrefix(":?") else {
            throw Self.unknown("env:\(reference)", at: range)
        }
        if let value = environment[String(name)], !value.isEmpty { return value }
        if rest.hasPrefix(":-") { return String(rest.dropFirst(2)) }
        let reason = rest.hasPrefix(":?") ? String(rest.dropFirst(2)) : ""
        throw Diagnostic(
            "environment.variable",
            reason.isEmpty ? "the environment variable \(name) is not set" : reason,
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
            return text
        } catch {
            var error = error
            error.place = .text(range)
            throw error
        }
    }
}
