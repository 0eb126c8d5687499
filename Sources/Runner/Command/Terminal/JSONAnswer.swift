internal import Diagnostics
internal import Formats
internal import Glibc
internal import PluginKit

/// The one JSON object that a command with `--json` writes to standard output, however it ends:
/// `{"version":1,"verb":"run","ok":false,"exit":2,"findings":[…],"result":null}`, with `moreFindings` if there are
/// more.
///
/// The findings and the result of the command are collected, and written when the exit code is known. If a signal ends
/// the command before that, `LastWords` writes the object.
final class JSONAnswer: Sendable {
    /// The version of the object's format.
    ///
    /// It changes when members get other names or meanings.
    static let version = 1

    private struct State {
        var verb: String?
        var findings: [Diagnostic] = []
        /// The number of findings that are left out, beyond the most that are printed.
        var moreFindings = 0
        var result: [UInt8]?
        var isWanted = true
    }

    /// How many findings are printed of one list; the others are counted.
    static let mostFindings = 100

    private let state = Locked(State())

    /// The answer of a command line; nil if it does not ask for JSON.
    ///
    /// - Parameter words: The command line. It may not be valid, so any `--json` before a `--` counts.
    init?(_ words: [String]) {
        let flags = words.prefix { $0 != "--" }
        guard flags.contains(where: { $0 == "--json" || $0.hasPrefix("--json=") }) else { return nil }
    }

    /// Sets the verb that the command line names.
    func name(_ verb: String) { state.withLock { $0.verb = verb } }

    /// Adds a finding.
    ///
    /// Beyond `Terminal.mostFindings`, an error replaces a finding that is not one, and the rest is counted.
    func add(_ finding: Diagnostic) {
        state.withLock { state in
            guard state.findings.count >= Self.mostFindings else { return state.findings.append(finding) }
            state.moreFindings += 1
            guard finding.severity == .error,
                let other = state.findings.lastIndex(where: { $0.severity != .error })
            else { return }
            state.findings.remove(at: other)
            state.findings.append(finding)
        }
    }

    /// Counts findings that are not printed.
    func add(moreFindings count: Int) { state.withLock { $0.moreFindings += count } }

    /// Sets the result of the verb.
    ///
    /// - Parameter result: A JSON value; a line feed after it is removed.
    func set(_ result: [UInt8]) {
        let end = result.lastIndex { $0 != UInt8(ascii: "\n") }.map { $0 + 1 } ?? 0
        state.withLock { $0.result = Array(result[..<end]) }
    }

    /// Writes nothing, because the `--json` was the value of another flag.
    func withdraw() { state.withLock { $0.isWanted = false } }

    /// Writes the object.
    ///
    /// - Parameter code: The exit code of the program.
    /// - Returns: That code, or `ExitCode.environment` if the object could not be written although standard output is
    ///   read.
    func write(_ code: ExitCode) -> ExitCode {
        let (isWanted, bytes) = state.withLock { ($0.isWanted, Self.bytes($0, code: code)) }
        guard isWanted, LastWords.claim() else { return code }
        // A reader that has gone away does not want it any more.
        guard let number = TerminalRoom.write(bytes, to: 1), number != EPIPE else { return code }
        var problem = SystemFailure(number: number).diagnostic("write", at: "standard output")
        problem.message = "the JSON object is not complete: \(problem.message)"
        TerminalRoom.write(Array(FindingJSON.line(problem).utf8), to: 2)
        return code == .done ? .environment : code
    }

    private static func bytes(_ state: State, code: ExitCode) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("version", value: version)
        json.key("verb")
        if let verb = state.verb { json.write(verb) } else { json.writeNull() }
        json.member("ok", value: code == .done)
        json.member("exit", value: Int(code.rawValue))
        json.key("findings")
        json.array { json in for finding in state.findings { FindingJSON.write(finding, to: &json) } }
        if state.moreFindings > 0 { json.member("moreFindings", value: state.moreFindings) }
        json.key("result")
        // The result is already a JSON value.
        return VisibleText.json(json.takeBytes() + (state.result ?? Array("null".utf8)) + Array("}\n".utf8))
    }
}
