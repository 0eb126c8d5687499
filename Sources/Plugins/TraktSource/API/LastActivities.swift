internal import Formats
internal import PluginKit

/// The times of an account's last activities: `sync/last_activities`.
struct LastActivities: Sendable {
    private let groups: [JSONValue.Member]

    /// Reads the answer.
    ///
    /// - Throws: `StageFailure.transient` if it cannot be read.
    init(_ response: HTTPResponse) throws {
        guard let json = try? JSONValue(parsing: response.body, name: "last_activities"), let groups = json.object,
            !groups.isEmpty
        else {
            throw StageFailure.transient(
                Diagnostic(
                    "trakt.damaged",
                    message: "sync/last_activities: the answer cannot be read",
                    hint: "run it again later"
                )
            )
        }
        self.groups = groups
    }

    /// A text that changes whenever one of these times does.
    func state(of activities: [(group: String, name: String)]) -> String {
        var digest = Digest()
        // The order of keys differs from answer to answer.
        for group in groups.sorted(by: { $0.key < $1.key }) {
            let names = activities.filter { $0.group == "*" || $0.group == group.key }.map(\.name)
            let members = (group.value.object ?? []).filter { names.contains($0.key) }
            for member in members.sorted(by: { $0.key < $1.key }) {
                digest.add(group.key)
                digest.add(member.key)
                digest.add(member.value.string ?? "")
            }
        }
        return digest.text
    }
}
