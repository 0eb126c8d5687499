internal import Diagnostics
internal import PluginKit

/// Whose data is read, and from where.
extension AccountReading {
    /// The account and the server, in words that hold from run to run.
    ///
    /// `me` is the account that is signed in: its name counts. It costs a request once for each token that was
    /// given; a sign-in knows it.
    ///
    /// - Throws: Why the name cannot be had now.
    func identity() async throws -> [String: String] {
        let user = routes.isOwn ? try await ownName() ?? "me" : routes.user
        return ["user": user.lowercased(), "api": api.description]
    }

    /// The name in addresses of the account that is signed in; nil if this server does not state it.
    private func ownName() async throws -> String? {
        if let user = client.user { return user }
        // A token belongs to one account for as long as it holds.
        let key = client.givenToken.map { "trakt name \(api.origin) \($0)" }
        if let key, let name = try await context.kept.value(of: key) { return String(decoding: name, as: UTF8.self) }
        guard let name = try await memory.account.name(of: client) else { return nil }
        if let key { try await context.kept.keep(Array(name.utf8), as: key) }
        return name
    }
}
