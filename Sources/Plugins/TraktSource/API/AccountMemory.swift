internal import Diagnostics
internal import Formats
internal import PluginKit

/// What all stages know of one account: nothing is asked for twice.
final class AccountMemory: Sendable {
    private let state = Locked(State())
    private let activities = SharedAnswer<LastActivities?>()
    private let settings = SharedAnswer<TraktClient.Find<TraktSettings>>()

    private struct State {
        /// Whether it was said that the server does not tell the time zone.
        var hasRemarked = false
        /// What the last walk over a part found in which items came twice.
        var walks: [String: String] = [:]
        /// Stages that look at the account when they are done, whatever came, by their pipelines.
        var lookers: [String: Set<String>] = [:]
        /// Those that have begun.
        var begun: Set<String> = []
        /// Walks that are done, and what the account looked like at their start.
        var unproven: [Walk] = []
    }

    /// A walk that is done, of which nobody has asked yet whether something has changed meanwhile.
    struct Walk: Sendable {
        let items: String
        let activities: [(group: String, name: String)]
        let state: String
        /// Compares the first page, if the account's times cannot be had any more.
        let compareFirst: @Sendable () async throws -> Void
    }

    /// When the account last did what; nil if this server does not tell.
    ///
    /// - Parameters:
    ///   - client: Asks for it.
    ///   - isFresh: Whether what was asked for before is too old.
    /// - Returns: The times.
    /// - Throws: As `TraktClient.find`.
    func activities(of client: TraktClient, isFresh: Bool) async throws -> LastActivities? {
        isFresh ? try await Self.lookUp(client) : try await activities.value { try await Self.lookUp(client) }
    }

    private static func lookUp(_ client: TraktClient) async throws -> LastActivities? {
        try await client.find(["sync", "last_activities"], needsToken: true) { try LastActivities($0) }.answer
    }

    /// Has everything asked for again that may have changed, for a walk that begins anew.
    func forgetActivities() {
        activities.forget()
        state.withLock { state in
            state.begun = []
            state.unproven = []
        }
    }

    // MARK: One look for several walks

    /// Says that a stage looks at the account at its end.
    func register(verifier stage: String, of pipeline: String) {
        state.withLock { _ = $0.lookers[pipeline, default: []].insert(stage) }
    }

    /// Says that a stage has begun to read.
    func begin(_ stage: String) { state.withLock { _ = $0.begun.insert(stage) } }

    /// Leaves a walk to the look of a stage of the same pipeline that reads later.
    ///
    /// Another pipeline of the same command may have nothing to read, and its stages never look.
    ///
    /// - Returns: False if there is none: then the walk needs a look of its own.
    func leave(_ walk: Walk, of pipeline: String) -> Bool {
        state.withLock { state in
            guard !(state.lookers[pipeline] ?? []).isSubset(of: state.begun) else { return false }
            state.unproven.append(walk)
            return true
        }
    }

    /// The walks that were left to a later look.
    func takeUnproven() -> [Walk] {
        state.withLock { state in
            defer { state.unproven = [] }
            return state.unproven
        }
    }

    /// Has a later look see to them after all.
    func putBack(_ walks: [Walk]) { state.withLock { $0.unproven += walks } }

    // MARK: Settings

    /// The account's name in addresses, as its settings state it; nil if they cannot be had.
    func slug(of client: TraktClient) async throws -> String? { try await settings(of: client).answer?.slug }

    /// The account's name in addresses, as its settings state it; nil if this server has no settings, or they have no name.
    ///
    /// - Throws: why the settings cannot be had now; as `TraktClient.find`.
    func name(of client: TraktClient) async throws -> String? {
        switch try await settings(of: client) {
        case .found(let settings): return settings.slug
        case .failed(let reason): throw StageFailure.transient(reason)
        case .missing: return nil
        }
    }

    /// The account's time zone; nil if it has told none, or this server has no settings: that is said in the log.
    ///
    /// - Parameters:
    ///   - client: Asks for it.
    ///   - log: Where it is reported that it cannot be had.
    ///   - stage: The stage that reports it.
    ///   - isNeeded: Whether days depend on it; if not, nil is as good, and nothing is reported.
    /// - Returns: An IANA name, as the account has it.
    /// - Throws: `trakt.zone` if it is needed, the server has settings, and they cannot be had now; as
    ///   `TraktClient.find`.
    func timeZone(
        of client: TraktClient,
        log: StageLog,
        stage: String,
        isNeeded: Bool = true
    ) async throws -> String? {
        switch try await settings(of: client) {
        case .found(let settings): return settings.timeZone
        case .failed where !isNeeded, .missing where !isNeeded: return nil
        case .failed(let reason):
            throw Diagnostic(
                "trakt.zone",
                message: "the account's time zone cannot be had: \(reason.message)",
                hint: "run it again later; or name the zone that you watched in: -D zone=Europe/Paris"
            )
        case .missing:
            let isFirst = state.withLock { state in
                defer { state.hasRemarked = true }
                return !state.hasRemarked
            }
            if isFirst {
                log.say(
                    Diagnostic(
                        "trakt.zone",
                        message: "this server does not tell the account's time zone",
                        at: .stage(stage, at: nil),
                        hint: "name the zone that you watched in: -D zone=Europe/Paris",
                        severity: .warning
                    )
                )
            }
            return nil
        }
    }

    private func settings(of client: TraktClient) async throws -> TraktClient.Find<TraktSettings> {
        try await settings.value {
            try await client.find(["users", "settings"], needsToken: true) { try TraktSettings($0.body) }
        }
    }

    /// Whether a walk found something else than the one before it.
    func isNew(_ digest: String, of walk: String) -> Bool {
        state.withLock { state in
            defer { state.walks[walk] = digest }
            return state.walks[walk] != digest
        }
    }
}
