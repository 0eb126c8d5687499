internal import Formats
internal import PluginKit

/// What a service answers when it gives a token.
public struct TokenAnswer: Sendable {
    let access: Secret
    /// What the next token is asked with, once.
    let refresh: Secret?
    /// How long the token holds, in seconds; nil if that is not said.
    let lifetime: Int64?
    /// When it was made, by the clock of the service, in seconds since 1970-01-01T00:00:00Z.
    let created: Int64?

    /// Reads the body of an answer; nil if it holds no token, whatever else it is.
    package init?(_ body: [UInt8]) {
        // What is wrong with it would be shown with a line of it, which may hold half a token.
        guard let value = try? JSONValue(parsing: body, name: "answer"),
            let access = Self.token(value["access_token"])
        else { return nil }
        self.access = access
        refresh = Self.token(value["refresh_token"])
        lifetime = value["expires_in"]?.integer.flatMap { $0 > 0 ? $0 : nil }
        created = value["created_at"]?.integer.flatMap { $0 > 0 ? $0 : nil }
    }

    private static func token(_ value: JSONValue?) -> Secret? {
        guard let text = value?.string, isToken(text) else { return nil }
        return Secret(text)
    }

    /// Whether a text can be a token: signs that may stand in a header field, at least one.
    public static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 4096 && text.utf8.allSatisfy { 0x21...0x7E ~= $0 }
    }
}
