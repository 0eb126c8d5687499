internal import Diagnostics
internal import Formats
internal import PluginKit

/// A line on standard error as a JSON object:
/// `{"time":"2026-01-01T12:00:00.000Z","level":"info","event":"step","message":"…",…}`.
///
/// `docs/operating.md` lists the events and their members.
struct LogLine {
    /// How urgent a line is.
    enum Level: String {
        case info
        case warning
        case error
    }

    private let level: Level
    private let event: String
    private let message: String
    private let members: (inout JSONWriter) -> Void

    /// Creates a line.
    ///
    /// - Parameters:
    ///   - event: What has happened, as one word.
    ///   - level: How urgent it is.
    ///   - message: The same text that people see.
    ///   - members: Writes the further members of the event.
    init(
        _ event: String,
        level: Level = .info,
        message: String,
        members: @escaping (inout JSONWriter) -> Void = { _ in }
    ) {
        (self.event, self.level, self.message, self.members) = (event, level, message, members)
    }

    /// A line about a finding, which is the member `finding`.
    init(_ finding: Diagnostic) {
        let level: Level =
            switch finding.severity {
            case .error: .error
            case .warning: .warning
            case .note: .info
            }
        self.init("finding", level: level, message: finding.withoutSecrets.message) { json in
            json.key("finding")
            FindingJSON.write(finding, to: &json)
        }
    }

    /// The object, with a line feed at its end.
    ///
    /// - Parameter now: The time in milliseconds since 1970-01-01T00:00:00Z.
    /// - Returns: The line.
    func text(at now: Int64 = SystemClock.nanoseconds / 1_000_000) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("time", value: ISO8601.text(ofMilliseconds: now))
            json.member("level", value: level.rawValue)
            json.member("event", value: event)
            json.member("message", value: message)
            members(&json)
        }
        return VisibleText.json(String(decoding: json.takeBytes(), as: UTF8.self)) + "\n"
    }
}
