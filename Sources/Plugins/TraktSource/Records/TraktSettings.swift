internal import Diagnostics
internal import Formats
internal import PluginKit

/// An account's settings, of which only these are read: others contain names and dates of birth.
struct TraktSettings: Sendable {
    /// The account's time zone, an IANA name.
    let timeZone: String?
    /// The account's name in URLs.
    let slug: String?

    /// Reads settings.
    ///
    /// - Throws: `StageFailure.transient` if they cannot be read. The message quotes nothing of them.
    init(_ bytes: [UInt8]) throws {
        guard let json = try? JSONValue(parsing: bytes, name: "settings"), json.object != nil else {
            throw StageFailure.transient(
                Diagnostic(
                    "trakt.damaged",
                    message: "users/settings: the answer cannot be read",
                    hint: "run it again later"
                )
            )
        }
        slug = json["user"]?["ids"]?["slug"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        timeZone = json["account"]?["timezone"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }
}
