internal import Formats
internal import PluginKit

/// A service's answer with a token.
public struct TokenAnswer: Sendable {
    let access: Secret
    /// The refresh token, which works once.
    let refresh: Secret?
    /// How long the token is valid, in seconds; nil if that is not stated.
    let lifetime: Int64?
    /// When it was issued, by the clock of the service, in seconds since 1970-01-01T00:00:00Z.
    let created: Int64?

    /// Reads the body of an answer; nil if it contains no token.
    package init?(_ body: [UInt8]) {
        // A JSON error would be shown with a line of the body, which may contain part of a token.
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

    /// Whether a text can be a token: at least one character, all of them allowed in a header field.
    public static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 4096 && text.utf8.allSatisfy { 0x21...0x7E ~= $0 }
    }
}
