internal import Diagnostics
internal import Formats
internal import PluginKit

/// What all stages share about one account, so that nothing is requested twice.
final class AccountMemory: Sendable {
    private let state = Locked(State())
    private let activities = SharedAnswer<LastActivities?>()
    private let settings = SharedAnswer<TraktClient.Find<TraktSettings>>()

    private struct State {
        /// Whether it has been reported that the server does not state the time zone.
        var hasRemarked = false
        /// The result of the last walk over a part in which items came twice.
        var walks: [String: String] = [:]
        /// Stages that check the account at their end, whatever they read, by their pipelines.
        var lookers: [String: Set<String>] = [:]
        /// The stages that have started.
        var begun: Set<String> = []
        /// Completed walks that are not confirmed, with the state of the account at their start.
        var unproven: [Walk] = []
    }

    /// A completed walk of which it has not been checked whether anything changed in the meantime.
    struct Walk: Sendable {
        let items: String
        let activities: [(group: String, name: String)]
        let state: String
        /// Compares the first page, if the account's times are no longer available.
        let compareFirst: @Sendable () async throws -> Void
    }

    /// The times of the account's last activities; nil if this server does not state them.
    ///
    /// - Parameters:
    ///   - client: The client of the API.
    ///   - isFresh: Whether an earlier answer is too old.
    /// - Returns: The times.
    /// - Throws: As `TraktClient.find`.
    func activities(of client: TraktClient, isFresh: Bool) async throws -> LastActivities? {
        isFresh ? try await Self.lookUp(client) : try await activities.value { try await Self.lookUp(client) }
    }

    private static func lookUp(_ client: TraktClient) async throws -> LastActivities? {
        try await client.find(["sync", "last_activities"], needsToken: true) { try LastActivities($0) }.answer
    }

    /// Requests everything that may have changed again, for a walk that starts over.
    func clearActivities() {
        activities.clear()
        state.withLock { state in
            state.begun = []
            state.unproven = []
        }
    }

    // MARK: One check for several walks

    /// Registers a stage that checks the account at its end.
    func register(verifier stage: String, of pipeline: String) {
        state.withLock { _ = $0.lookers[pipeline, default: []].insert(stage) }
    }

    /// Records that a stage has started to read.
    func begin(_ stage: String) { state.withLock { _ = $0.begun.insert(stage) } }

    /// Leaves the check of a walk to a stage of the same pipeline that reads later.
    ///
    /// Another pipeline of the same command may have nothing to read, and its stages may never check.
    ///
    /// - Returns: False if there is no such stage: then the walk needs its own check.
    func leave(_ walk: Walk, of pipeline: String) -> Bool {
        state.withLock { state in
            guard !(state.lookers[pipeline] ?? []).isSubset(of: state.begun) else { return false }
            state.unproven.append(walk)
            return true
        }
    }

    /// Removes and returns the walks that were left to a later check.
    func takeUnproven() -> [Walk] {
        state.withLock { state in
            defer { state.unproven = [] }
            return state.unproven
        }
    }

    /// Leaves walks to a later check after all.
    func putBack(_ walks: [Walk]) { state.withLock { $0.unproven += walks } }

    // MARK: Settings

    /// The account's name in URLs, from its settings; nil if they are not available.
    func slug(of client: TraktClient) async throws -> String? { try await settings(of: client).answer?.slug }

    /// The account's name in URLs, from its settings; nil if this server has no settings, or they contain no name.
    ///
    /// - Throws: Why the settings are not available now; as `TraktClient.find`.
    func name(of client: TraktClient) async throws -> String? {
        switch try await settings(of: client) {
        case .found(let settings): return settings.slug
        case .failed(let reason): throw StageFailure.transient(reason)
        case .missing: return nil
        }
    }

    /// The account's time zone; nil if it has none, or if this server has no settings, which is logged.
    ///
    /// - Parameters:
    ///   - client: The client of the API.
    ///   - log: The log for a zone that is not available.
    ///   - stage: The stage that reports it.
    ///   - isNeeded: Whether days depend on the zone; if not, nil is sufficient, and nothing is reported.
    /// - Returns: An IANA name, as stated by the account.
    /// - Throws: `trakt.zone` if it is needed, the server has settings, and they are not available now; as
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
                message: "the account's time zone is not available: \(reason.message)",
                hint: "run it again later; or name the time zone where you watched: -D zone=Europe/Paris"
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
                        message: "this server does not state the account's time zone",
                        at: .stage(stage, at: nil),
                        hint: "name the time zone where you watched: -D zone=Europe/Paris",
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

    /// Whether the result of a walk differs from that of the one before it.
    func isNew(_ digest: String, of walk: String) -> Bool {
        state.withLock { state in
            defer { state.walks[walk] = digest }
            return state.walks[walk] != digest
        }
    }
}
