internal import CPlatform
internal import Diagnostics
internal import Formats
internal import Glibc
internal import Jobs
public import PluginKit

/// A program with the verbs of `sprocket`: it parses its arguments, runs the verb, and exits with the verb's exit code.
///
///     @main enum Main {
///         static func main() async { await Program(plugins: FilePlugins.all + [Primes.self]).run() }
///     }
public struct Program: Sendable {
    static let verbs: [any Verb.Type] = [
        RunVerb.self, CheckVerb.self, ListVerb.self, DescribeVerb.self, HistoryVerb.self, StateVerb.self,
        CacheVerb.self, AuthVerb.self, EvalVerb.self, TOMLVerb.self, VersionVerb.self,
    ]

    private let plugins: Registry

    /// Creates a program with the given plugins.
    ///
    /// - Parameter plugins: The plugins that pipelines can name.
    /// - Precondition: Each is of one kind, and no two of a kind share a name.
    public init(plugins: [any Plugin.Type]) { self.plugins = Registry(plugins) }

    /// Everything that this process provides, for the one verb: no other code in the program accesses it.
    private var world: World { .process(plugins: plugins) }

    /// Runs the command line, and ends the process.
    ///
    /// Standard output, standard error, signals and memory settings are those of the process. To run pipelines within
    /// another program, see `JobRun`.
    public func run() async -> Never {
        // By default every thread gets memory of its own that it does not return: memory grows with every minute of a
        // run.
        mallopt(M_ARENA_MAX, 2)
        // Also, memory that a batch used is returned as soon as it is free, only to be requested again for the next
        // one: a fifth of the time that rows take.
        mallopt(M_TRIM_THRESHOLD, 16 << 20)
        mallopt(M_MMAP_THRESHOLD, 8 << 20)
        StandardStreams.open()
        Interruption.ignoreFailedWrites()
        let words = Array(CommandLine.arguments.dropFirst())
        let answer = JSONAnswer(words)
        let code = await dispatch(words, answer: answer)
        exit((answer?.write(code) ?? code).rawValue)
    }

    /// Leaves the main actor immediately: every await would cost a thousand times more on it.
    @concurrent
    private func dispatch(_ words: [String], answer: JSONAnswer?) async -> ExitCode {
        let terminal = Terminal(answer, log: LogFormat(in: words))
        let place = CommandWord.index(in: words, among: Self.verbs)
        if let answer {
            if let place { answer.name(words[place]) }
            LastWords.prepare(verb: place.map { words[$0] }, version: JSONAnswer.version)
        }
        do throws(Diagnostic) {
            guard let place else { return try await perform(withoutVerb: words, terminal: terminal) }
            let word = words[place]
            if word == "help" {
                return try help(on: words[(place + 1)...].first { !$0.hasPrefix("-") }, terminal: terminal)
            }
            guard let verb = Self.verbs.first(where: { $0.name == word }) else {
                throw CommandWord.unknown(word, among: Self.verbs)
            }
            var rest = words
            rest.remove(at: place)
            return try await perform(verb, with: rest, terminal: terminal)
        } catch {
            terminal.report(error)
            return ExitCode(for: error)
        }
    }

    /// Runs a command line that has only flags.
    private func perform(
        withoutVerb words: [String],
        terminal: Terminal
    ) async throws(Diagnostic) -> ExitCode {
        for word in words {
            switch word {
            case "--help", "-h": return try help(on: nil, terminal: terminal)
            case "--version", "-V", "-v":
                return await VersionVerb(Arguments(), in: world).perform(terminal)
            default: continue
            }
        }
        guard terminal.isJSON || !words.isEmpty else {
            terminal.result(Help.overview(Self.verbs), json: "null")
            return .usage
        }
        throw Diagnostic(
            "command.verb",
            message: "the command line names no verb" + (words.isEmpty ? "" : ": \(words.joined(separator: " "))"),
            category: .usage,
            hint: "sprocket VERB …; 'sprocket help' lists the verbs"
        )
    }

    private func help(on topic: String?, terminal: Terminal) throws(Diagnostic) -> ExitCode {
        let text: String
        if let topic, topic != "help" {
            guard let verb = Self.verbs.first(where: { $0.name == topic }) else {
                throw CommandWord.unknown(topic, among: Self.verbs)
            }
            text = Help.page(verb)
        } else {
            text = Help.overview(Self.verbs)
        }
        terminal.result(text, json: JSONResult.object { $0.member("help", value: text) })
        return .done
    }

    private func perform(
        _ verb: any Verb.Type,
        with rest: [String],
        terminal: Terminal
    ) async throws(Diagnostic) -> ExitCode {
        var world = world
        let arguments: Arguments
        let log: LogFormat
        do throws(Diagnostic) {
            arguments = try Arguments(rest, flags: verb.flags + Flag.common, of: verb.name)
            for flag in verb.flags + Flag.common where flag.isPath {
                guard let path = arguments[flag.name] else { continue }
                if path.isEmpty, flag.name != "report" { throw Arguments.missingValue(of: flag) }
                try HomePath.check(path)
            }
            log = try LogFormat(arguments)
        } catch {
            if verb == RunVerb.self { ReportFile.leave(rest, because: error) }
            throw error
        }
        if arguments.has("help") {
            let text = Help.page(verb) + Help.variables(of: arguments.operands, in: world.pipelines)
            terminal.result(text, json: JSONResult.object { $0.member("help", value: text) })
            return .done
        }
        if let folder = arguments["C"], chdir(folder) != 0 {
            let problem = Diagnostic(
                "file.folder",
                message: "there is no such folder, or no permission to enter it",
                category: .environment,
                at: .file(folder),
                hint: "-C names the folder to work in"
            )
            if verb == RunVerb.self { ReportFile.leave(rest, because: problem) }
            throw problem
        }
        if let folder = arguments["state"] { world.stateFolder = folder }
        return await verb.init(arguments, in: world).perform(terminal.with(arguments, log: log))
    }
}
