internal import CPlatform
internal import Diagnostics
internal import Glibc
internal import PluginKit

/// The command: reads its arguments, finds the verb, and ends with the verb's exit code.
@main
enum Sprocket {
    static let version = ProgramVersion.text

    static let verbs: [any Verb.Type] = [
        RunVerb.self, CheckVerb.self, ListVerb.self, DescribeVerb.self, HistoryVerb.self, StateVerb.self,
        CacheVerb.self, AuthVerb.self, TOMLVerb.self, VersionVerb.self,
    ]

    static func main() async {
        // By default every thread gets memory of its own that it does not give back: more with every minute of a run.
        mallopt(M_ARENA_MAX, 2)
        // And what a batch has needed is given back as soon as it is free, only to be asked for by the next one: a fifth of
        // the time that rows take.
        mallopt(M_TRIM_THRESHOLD, 16 << 20)
        mallopt(M_MMAP_THRESHOLD, 8 << 20)
        exit(await dispatch(Array(CommandLine.arguments.dropFirst())).rawValue)
    }

    /// Leaves the main actor at once: every await would cost a thousand times more on it.
    @concurrent
    private static func dispatch(_ words: [String]) async -> ExitCode {
        let terminal = Terminal(words)
        do throws(Diagnostic) {
            guard let first = words.first(where: { !$0.hasPrefix("-") }) ?? words.first else {
                terminal.result(Help.overview(verbs))
                return .usage
            }
            switch first {
            case "help", "--help", "-h":
                let topic = words.last.flatMap { word in verbs.first { $0.name == word } }
                terminal.result(topic.map(Help.page) ?? Help.overview(verbs))
                return .done
            case "--version":
                return await VersionVerb(Arguments()).perform(terminal)
            default:
                break
            }
            guard let verb = verbs.first(where: { $0.name == first }) else {
                throw Diagnostic(
                    "command.unknown",
                    "there is no verb '\(first)'",
                    hint: hint(for: first, among: verbs.map { $0.name }) ?? "'sprocket help' lists them"
                )
            }
            return try await perform(verb, words, terminal)
        } catch {
            terminal.report(error)
            return ExitCode(for: error)
        }
    }

    private static func perform(
        _ verb: any Verb.Type,
        _ words: [String],
        _ terminal: Terminal
    ) async throws(Diagnostic) -> ExitCode {
        var rest = words
        if let index = rest.firstIndex(of: verb.name) { rest.remove(at: index) }
        let arguments: Arguments
        do throws(Diagnostic) {
            arguments = try Arguments(rest, flags: verb.flags + Flag.common, of: verb.name)
            for flag in verb.flags + Flag.common where flag.isPath {
                if let path = arguments[flag.name] { try HomePath.check(path) }
            }
        } catch {
            if verb == RunVerb.self { ReportFile.leave(rest, error) }
            throw error
        }
        if arguments.has("help") {
            terminal.result(Help.page(verb) + Help.variables(of: arguments.operands))
            return .done
        }
        if let folder = arguments["C"], chdir(folder) != 0 {
            let problem = Diagnostic(
                "file.folder",
                "there is no such folder, or no permission to enter it",
                at: .file(folder),
                hint: "-C names the folder to work in"
            )
            if verb == RunVerb.self { ReportFile.leave(rest, problem) }
            throw problem
        }
        return await verb.init(arguments).perform(terminal.with(arguments))
    }
}
