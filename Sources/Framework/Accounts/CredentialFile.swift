internal import Diagnostics
internal import Formats
internal import PluginKit

/// The contents of the file of a service's credentials.
///
///     {
///       "sprocket": "credentials 1",
///       "service": "trakt",
///       "accounts": { "https://auth.trakt.tv": { … } }
///     }
///
/// Members that this version does not know are kept.
struct CredentialFile: Sendable {
    private static let form = "credentials 1"
    private var members: [JSONValue.Member]

    /// Creates contents without accounts.
    init(service: String) {
        members = [
            JSONValue.Member("sprocket", value: .string(Self.form)),
            JSONValue.Member("service", value: .string(service)),
            JSONValue.Member("accounts", value: .object([])),
        ]
    }

    /// Reads a file.
    ///
    /// - Throws: `account.file` if it was not written by `bytes`; the message quotes nothing of the file.
    init(_ bytes: [UInt8], service: String, path: String) throws(Diagnostic) {
        // A JSON error would be shown with a line of the file, which may contain a token.
        guard let value = try? JSONValue(parsing: bytes, name: path), let members = value.object else {
            throw Self.isForeign(path, message: "this is not a credentials file: it contains no JSON object")
        }
        guard let form = value["sprocket"]?.string, form.hasPrefix("credentials ") else {
            throw Self.isForeign(path, message: "this is not a credentials file written by Sprocket")
        }
        guard form == Self.form else {
            throw Diagnostic(
                "account.file",
                message: "this file was written by a later version of Sprocket",
                category: .environment,
                at: .file(path),
                hint: "update Sprocket; or move the file away and sign in again"
            )
        }
        guard value["service"]?.string == service, let accounts = value["accounts"]?.object,
            accounts.allSatisfy({ $0.value.object != nil })
        else { throw Self.isForeign(path, message: "this credentials file does not belong to '\(service)'") }
        self.members = members
    }

    private static func isForeign(_ path: String, message: String) -> Diagnostic {
        Diagnostic(
            "account.file",
            message: message,
            category: .environment,
            at: .file(path),
            hint: "nothing was changed; move the file away, then sign in again"
        )
    }

    /// The names of all accounts, in the order of the file.
    var accounts: [String] { (entries ?? []).map(\.key) }

    /// The stored credential of an account; setting nil removes it.
    subscript(_ account: String) -> Credential? {
        get { entries?.last { $0.key == account }?.value.object.map { Credential(members: $0) } }
        set {
            var entries = entries ?? []
            let place = entries.firstIndex { $0.key == account } ?? entries.endIndex
            entries.removeAll { $0.key == account }
            if let newValue {
                entries.insert(
                    JSONValue.Member(account, value: .object(newValue.members)),
                    at: min(place, entries.endIndex)
                )
            }
            members.removeAll { $0.key == "accounts" }
            members.append(JSONValue.Member("accounts", value: .object(entries)))
        }
    }

    private var entries: [JSONValue.Member]? { members.last { $0.key == "accounts" }?.value.object }

    /// The contents as bytes.
    var bytes: [UInt8] {
        var json = JSONWriter(isPretty: true)
        json.write(.object(members))
        return json.takeBytes() + [UInt8(ascii: "\n")]
    }
}
