internal import Diagnostics
internal import Pipelines
internal import Runs
internal import Jobs

/// `sprocket state`: what is remembered of pipelines, and having it forgotten.
struct StateVerb: Verb {
    static let name = "state"
    static let summary = "Show what is remembered of pipelines, or have it forgotten."
    static let operands = "show [PIPELINE] | reset PIPELINE [STAGE] | adopt PIPELINE [FROM]"
    static let flags = [Flag.state]

    private let arguments: Arguments
    private let world: World

    init(_ arguments: Arguments, in world: World) {
        self.arguments = arguments
        self.world = world
    }

    func perform(_ terminal: Terminal) async -> ExitCode {
        do {
            let words = arguments.operands
            switch (words.first, words.count) {
            case ("show", 1): try show(try state.pipelines(), terminal: terminal)
            case ("show", 2): try show(try pipelines(words[1]), terminal: terminal)
            case ("reset", 2): try reset(words[1], stage: nil, terminal: terminal)
            case ("reset", 3): try reset(words[1], stage: words[2], terminal: terminal)
            case ("adopt", 2): try adopt(words[1], from: nil, terminal: terminal)
            case ("adopt", 3): try adopt(words[1], from: words[2], terminal: terminal)
            case ("reset", 1), ("adopt", 1):
                throw Diagnostic(
                    "command.operand",
                    message: "'sprocket state \(words[0])' needs a pipeline",
                    category: .usage,
                    hint: hint(for: "", among: try state.pipelines().map(\.name))
                )
            default:
                throw Diagnostic(
                    "command.operand",
                    message: "'sprocket state' shows, resets or adopts, not '\(words.joined(separator: " "))'",
                    category: .usage,
                    hint: "sprocket state \(Self.operands)"
                )
            }
            return .done
        } catch {
            let diagnostic =
                error as? Diagnostic ?? Diagnostic("state.failed", message: "\(error)", category: .environment)
            terminal.report(diagnostic)
            return ExitCode(for: diagnostic)
        }
    }

    private var state: StateFolder { StateFolder(world.stateFolder) }

    private func show(_ pipelines: [StateFolder.Pipeline], terminal: Terminal) throws {
        let listing = StateListing(pipelines)
        terminal.result(listing.text, json: listing.json)
    }

    private func reset(_ name: String, stage: String?, terminal: Terminal) throws {
        let pipelines = try pipelines(name)
        if let stage {
            let known = Set(pipelines.flatMap(\.stages))
            guard known.contains(stage) else {
                throw Diagnostic(
                    "command.stage",
                    message: "nothing is remembered of a source '\(stage)' of the pipeline '\(name)'",
                    category: .usage,
                    hint: hint(for: stage, among: known.sorted()) ?? "'sprocket state show' says what is remembered"
                )
            }
        }
        let listing = ForgottenListing(try state.reset(pipelines.map(\.name), stage: stage))
        terminal.result(listing.text, json: listing.json)
    }

    /// Has the next run of a pipeline take over the bookmarks, whatever they were set for.
    private func adopt(_ name: String, from other: String?, terminal: Terminal) throws {
        let found = try pipelines(other ?? name)
        let old = (try? world.pipelines.file(other ?? name))?.name ?? other ?? name
        let new = (try? world.pipelines.file(name))?.name ?? name
        let adopted = try state.adopt(found.map(\.name)) { key in
            // `films 2of8` of a pipeline that is called `movies` now is `movies 2of8`.
            other != nil && (key == old || key.hasPrefix(old + " ")) ? new + key.dropFirst(old.count) : key
        }
        let listing = AdoptedListing(adopted)
        terminal.result(listing.text, json: listing.json)
    }

    /// What is remembered of a pipeline and its partitions, or of the one partition that the name means.
    private func pipelines(_ word: String) throws -> [StateFolder.Pipeline] {
        // A file may give its pipeline another name than its own; the state goes by that.
        let name = (try? world.pipelines.file(word))?.name ?? word
        let all = try state.pipelines()
        let found = all.filter { $0.name == name || $0.name.hasPrefix(name + " ") }
        guard found.isEmpty else { return found }
        if case .chain(let chain) = try? world.pipelines.file(word) {
            throw Diagnostic(
                "command.pipeline",
                message: "'\(name)' is a chain, and leaves nothing to remember; the pipelines of its steps do",
                category: .usage,
                hint: "it runs \(chain.runs.joined(separator: ", "))"
            )
        }
        throw Diagnostic(
            "command.pipeline",
            message: "nothing is remembered of a pipeline '\(name)'",
            category: .usage,
            hint: hint(for: name, among: all.map(\.name)) ?? "'sprocket state show' says what is remembered"
        )
    }
}

extension StateFolder.Pipeline {
    /// The sources of which something is remembered.
    fileprivate var stages: [String] { bookmarks.map(\.stage) + (checkpoint?.positions.map(\.stage) ?? []) }
}
