internal import Diagnostics
internal import Formats
internal import PluginKit
internal import Accounts

/// Which account is signed in to a service, as text and as JSON.
struct AccountReport {
    private let service: String
    private let status: AccountStatus

    init(service: String, status: AccountStatus) {
        self.service = service
        self.status = status
    }

    /// As text.
    var text: String {
        var lines: [String] = []
        if status.isSignedIn {
            lines.append("\(service): signed in" + (status.user.map { " as \($0)" } ?? ""))
        } else {
            lines.append("\(service): not signed in; to sign in: sprocket auth \(service) login")
        }
        lines.append("  server  \(status.server)")
        if let since = status.since { lines.append("  since   \(Self.time(since))") }
        if let until = status.until {
            lines.append("  until   \(Self.time(until))" + (status.isRenewed ? ", renewed automatically" : ""))
        }
        if let file = status.file { lines.append("  kept in \(file)") }
        lines += status.remarks.map { "  \($0)" }
        return VisibleText.lines(lines)
    }

    /// As JSON.
    var json: String {
        JSONResult.object { json in
            json.member("service", value: service)
            json.member("signedIn", value: status.isSignedIn)
            json.member("server", value: status.server)
            if let user = status.user { json.member("user", value: user) }
            if let since = status.since { json.member("since", value: Self.time(since)) }
            if let until = status.until { json.member("until", value: Self.time(until)) }
            json.member("renewedAutomatically", value: status.isRenewed)
            if let file = status.file { json.member("file", value: file) }
            json.key("remarks")
            json.array { array in for remark in status.remarks { array.write(remark) } }
        }
    }

    private static func time(_ seconds: Int64) -> String {
        var bytes: [UInt8] = []
        ISO8601.append(min(max(seconds, 0), 253_402_300_799) * 1_000_000, to: &bytes)
        return String(decoding: bytes.prefix(19), as: UTF8.self) + "Z"
    }
}
