internal import Diagnostics
internal import Formats
internal import PluginKit

/// An account's settings, of which only these are looked at: there are names and dates of birth among them.
struct TraktSettings: Sendable {
    /// The account's time zone, an IANA name.
    let timeZone: String?
    /// The account's name in addresses.
    let slug: String?

    /// Reads settings.
    ///
    /// - Throws: `StageFailure.transient` if they cannot be read. No part of them is in the message.
    init(_ bytes: [UInt8]) throws {
        guard let json = try? JSONValue(parsing: bytes, name: "settings"), json.object != nil else {
            throw StageFailure.transient(
                Diagnostic(
                    "trakt.damaged",
                    message: "users/settings: what came cannot be read",
                    hint: "run it again later"
                )
            )
        }
        slug = json["user"]?["ids"]?["slug"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        timeZone = json["account"]?["timezone"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }
}
