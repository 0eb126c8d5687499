internal import Diagnostics
internal import Pipelines
internal import Runs
internal import Jobs

/// The pages of `--help`, made from the verbs' own declarations.
enum Help {
    /// The variables that `-D` can set for the pipelines that the command line names.
    static func variables(of pipelines: [String], in folder: PipelineFolder) -> String {
        var text = ""
        for pipeline in pipelines {
            guard let file = try? folder.file(pipeline) else { continue }
            text += "\n\n\(file.name): \(file.description.inOneSentence)"
            let width = file.variables.map(\.name.count).max() ?? 0
            for variable in file.variables {
                let rest = variable.defaultText.map { "Default: \($0)." } ?? "Required."
                text += "\n  -D " + (VisibleText.line(variable.name) + "=…").padded(to: width + 2)
                text += "  \(variable.help.inOneSentence)\(variable.help.isEmpty ? "" : " ")\(VisibleText.line(rest))"
            }
        }
        return text
    }

    static func overview(_ verbs: [any Verb.Type]) -> String {
        let width = verbs.map { $0.name.count }.max() ?? 0
        let lines = verbs.map { "  " + $0.name.padded(to: width) + "  " + $0.summary }
        return """
            Moves data from one service to another: source, transform, sink, each a plugin, in one file.

            usage: sprocket VERB …

            \(lines.joined(separator: "\n"))

            'sprocket VERB --help' lists the flags of a verb. Exit codes: 0 success, 1 the run failed, 2 the pipeline or
            the command line is wrong, 3 the environment is wrong, 4 too many records were rejected or the sums disagree,
            128 + the signal's number: stopped by that signal.
            """
    }

    static func page(_ verb: any Verb.Type) -> String {
        let flags = verb.flags + Flag.common
        let spellings = flags.map { $0.spelling + ($0.value.map { " \($0)" } ?? "") }
        let width = spellings.map(\.count).max() ?? 0
        let lines = zip(flags, spellings).map { "  " + $1.padded(to: width) + "  " + $0.help }
        let operands = verb.operands.isEmpty ? "" : " \(verb.operands)"
        return """
            \(verb.summary)

            usage: sprocket \(verb.name)\(operands) [flags]

            \(lines.joined(separator: "\n"))
            """
    }
}

extension String {
    /// A description as a single line: its lines are joined with spaces.
    var inOneSentence: String { VisibleText.line(split(whereSeparator: \.isNewline).joined(separator: " ")) }

    /// The text, padded with spaces at the end to at least `width` columns.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

    /// The text, padded with spaces at the start to at least `width` columns.
    func indented(to width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
