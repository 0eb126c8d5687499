package import PluginKit

/// Where the access token of an account comes from.
package protocol TraktAuthorization: Sendable {
    /// The token to show; nil for access to what is public.
    ///
    /// - Throws: what stands in the way of having one.
    func token() async throws -> Secret?

    /// Another token, because the server has refused this one; nil if there is none to be had.
    ///
    /// - Throws: what stands in the way of having one.
    func token(replacing old: Secret) async throws -> Secret?
}

/// A token that was given, and is all there is.
struct GivenToken: TraktAuthorization {
    let given: Secret?

    func token() async throws -> Secret? { given }
    func token(replacing old: Secret) async throws -> Secret? { nil }
}
