internal import Formats
internal import PluginKit

/// What all stages know of one account: nothing is asked for twice.
final class AccountMemory: Sendable {
    private let state = Guarded(State())

    private struct State {
        var activities: LastActivities?
        var timeZone: String??
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
    }

    /// When the account last did what.
    ///
    /// - Parameters:
    ///   - client: Asks for it.
    ///   - isFresh: Whether what was asked for before is too old.
    /// - Returns: The times.
    /// - Throws: As `TraktClient.get`.
    func activities(of client: TraktClient, isFresh: Bool) async throws -> LastActivities {
        if !isFresh, let known = state.withLock({ $0.activities }) { return known }
        let activities = try await client.get(["sync", "last_activities"], needsToken: true) { try LastActivities($0) }
        if !isFresh { state.withLock { $0.activities = activities } }
        return activities
    }

    /// Has everything asked for again that may have changed, for a walk that begins anew.
    func forgetActivities() {
        state.withLock { state in
            state.activities = nil
            state.begun = []
            state.unproven = []
        }
    }

    // MARK: One look for several walks

    /// Says that a stage looks at the account at its end.
    func register(looker stage: String, of pipeline: String) {
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

    /// The account's time zone; nil if it has told none.
    func timeZone(of client: TraktClient) async throws -> String? {
        if let known = state.withLock({ $0.timeZone }) { return known }
        let zone = try await client.get(["users", "settings"], needsToken: true) { try TraktSettings($0.body).timeZone }
        state.withLock { $0.timeZone = .some(zone) }
        return zone
    }

    /// Whether a walk found something else than the one before it.
    func isNew(_ digest: String, of walk: String) -> Bool {
        state.withLock { state in
            defer { state.walks[walk] = digest }
            return state.walks[walk] != digest
        }
    }
}
