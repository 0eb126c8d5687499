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

    /// Has the activities asked for again.
    func forgetActivities() { state.withLock { $0.activities = nil } }

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
