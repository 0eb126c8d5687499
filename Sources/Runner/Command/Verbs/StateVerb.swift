internal import Diagnostics
internal import Pipelines
internal import Runs
internal import Jobs

/// `sprocket state`: shows, deletes or adopts the stored state of pipelines.
struct StateVerb: Verb {
    static let name = "state"
    static let summary = "Show or delete the stored state of pipelines: bookmarks and checkpoints."
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
            case (nil, _):
                throw Diagnostic(
                    "command.operand",
                    message: "'sprocket state' needs one of show, reset, adopt",
                    category: .usage,
                    hint: "sprocket state \(Self.operands)"
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
                    message: "no state is stored for a source '\(stage)' of the pipeline '\(name)'",
                    category: .usage,
                    hint: hint(for: stage, among: known.sorted()) ?? "'sprocket state show' lists the stored state"
                )
            }
        }
        let listing = DeletedListing(try state.reset(pipelines.map(\.name), stage: stage))
        terminal.result(listing.text, json: listing.json)
    }

    /// Has the next run of a pipeline use the bookmarks, whatever they were set for.
    private func adopt(_ name: String, from other: String?, terminal: Terminal) throws {
        let found = try pipelines(other ?? name)
        let old = (try? world.pipelines.file(other ?? name))?.name ?? other ?? name
        let new = (try? world.pipelines.file(name))?.name ?? name
        let adopted = try state.adopt(found.map(\.name)) { key in
            // `films 2of8` of a pipeline that is now called `movies` becomes `movies 2of8`.
            other != nil && (key == old || key.hasPrefix(old + " ")) ? new + key.dropFirst(old.count) : key
        }
        let listing = AdoptedListing(adopted)
        terminal.result(listing.text, json: listing.json)
    }

    /// The stored state of a pipeline and its partitions, or of the one partition that the name means.
    private func pipelines(_ word: String) throws -> [StateFolder.Pipeline] {
        // A file may give its pipeline another name than its own; the state is stored under that.
        let name = (try? world.pipelines.file(word))?.name ?? word
        let all = try state.pipelines()
        let found = all.filter { $0.name == name || $0.name.hasPrefix(name + " ") }
        guard found.isEmpty else { return found }
        if case .chain(let chain) = try? world.pipelines.file(word) {
            throw Diagnostic(
                "command.pipeline",
                message: "'\(name)' is a chain, which has no state of its own",
                category: .usage,
                hint: "it runs \(chain.runs.joined(separator: ", "))"
            )
        }
        throw Diagnostic(
            "command.pipeline",
            message: "no state is stored for a pipeline '\(name)'",
            category: .usage,
            hint: hint(for: name, among: all.map(\.name)) ?? "'sprocket state show' lists the stored state"
        )
    }
}

extension StateFolder.Pipeline {
    /// The sources that have stored state.
    fileprivate var stages: [String] { bookmarks.map(\.stage) + (checkpoint?.positions.map(\.stage) ?? []) }
}
