internal import Diagnostics
internal import Jobs

/// The word of a command line that names its verb.
enum CommandWord {
    /// The position of the verb: the first word that is neither a flag nor the value of one.
    ///
    /// - Returns: Its index; nil if there are only flags.
    static func index(in words: [String], among verbs: [any Verb.Type]) -> Int? {
        let valued = Set((verbs.flatMap { $0.flags } + Flag.common).filter { $0.value != nil }.map(\.spelling))
        var index = 0
        while index < words.count {
            let word = words[index]
            if word == "--" { return index + 1 < words.count ? index + 1 : nil }
            if !word.hasPrefix("-") || word == "-" { return index }
            index += valued.contains(word) ? 2 : 1
        }
        return nil
    }

    /// The finding for a word that does not name a verb.
    static func unknown(
        _ word: String,
        among verbs: [any Verb.Type],
        pipelines: PipelineFolder = PipelineFolder()
    ) -> Diagnostic {
        let hint: String
        if let known = suggestion(for: word, among: verbs.map { $0.name }) {
            hint = "did you mean '\(known)'?"
        } else if pipelines.names.contains(word) || word.hasSuffix(".toml") {
            hint = "to run a pipeline: sprocket run \(word)"
        } else {
            hint = "'sprocket help' lists them"
        }
        return Diagnostic("command.unknown", message: "there is no verb '\(word)'", category: .usage, hint: hint)
    }
}
