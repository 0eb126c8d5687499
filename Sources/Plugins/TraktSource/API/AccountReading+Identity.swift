internal import Diagnostics
internal import PluginKit

/// The account whose data is read, and its server.
extension AccountReading {
    /// The account and the server, as texts that are the same from run to run.
    ///
    /// `me` is the account that is signed in, identified by its name. For a given token, the name costs one request; a
    /// sign-in contains it.
    ///
    /// - Throws: Why the name is not available now.
    func identity() async throws -> [String: String] {
        let user = routes.isOwn ? try await ownName() ?? "me" : routes.user
        return ["user": user.lowercased(), "api": api.description]
    }

    /// The signed-in account's name in URLs; nil if this server does not state it.
    private func ownName() async throws -> String? {
        if let user = client.user { return user }
        // A token belongs to one account as long as it is valid.
        let key = client.givenToken.map { "trakt name \(api.origin) \($0)" }
        if let key, let name = try await context.kept.value(of: key) { return String(decoding: name, as: UTF8.self) }
        guard let name = try await memory.account.name(of: client) else { return nil }
        if let key { try await context.kept.keep(Array(name.utf8), as: key) }
        return name
    }
}
