internal import PluginKit

/// What a source has guessed of its files, compared with the last run.
final class GuessMemory: Sendable {
    private let plugin: String
    private let isNoted = Locked(false)

    /// The memory of a source.
    ///
    /// - Parameter plugin: The name of the plugin.
    init(of plugin: String) { self.plugin = plugin }

    /// Compares a guess with that of the last run, and stores it when this run publishes; once in a run.
    ///
    /// - Parameters:
    ///   - guess: The guess, as options.
    ///   - context: The services of the stage.
    /// - Throws: A problem with the state folder.
    func note(_ guess: String, in context: StageContext) async throws {
        let isFirst = isNoted.withLock { isNoted in
            defer { isNoted = true }
            return !isNoted
        }
        guard isFirst else { return }
        let key = "\(plugin) guess \(context.run.pipeline) \(context.stage)"
        let last = try await context.kept.value(of: key).map { String(decoding: $0, as: UTF8.self) }
        guard last != guess else { return }
        if let last {
            context.log.say(
                Diagnostic(
                    Diagnostic.Code("\(plugin).guess-changed"),
                    message: "the guess is not that of the last run, which was: \(last)",
                    at: .stage(context.stage, at: nil),
                    hint: "state the options to keep them the same",
                    severity: .warning
                )
            )
        }
        try await context.kept.keepOncePublished(Array(guess.utf8), as: key)
    }
}
