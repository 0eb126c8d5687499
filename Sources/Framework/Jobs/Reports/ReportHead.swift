internal import Pipelines
internal import Runs
internal import Formats
internal import PluginKit

/// The members that a program that runs jobs adds to their reports: its verb and its exit codes.
///
/// Only the program knows its exit codes.
public struct ReportHead: Sendable {
    /// The operation that was requested, such as `run`.
    public var verb: String
    /// The exit code of the program; nil while it runs.
    public var exit: Int?
    /// The exit codes of the steps, as if each were a command; nil for those that have not run.
    public var stepExits: [Int?]

    /// Creates a head.
    public init(verb: String, exit: Int?, stepExits: [Int?] = []) {
        (self.verb, self.exit, self.stepExits) = (verb, exit, stepExits)
    }

    /// Writes the members of the program.
    func write(to json: inout JSONWriter) {
        json.member("verb", value: verb)
        if let exit { json.member("exit", value: exit) }
    }

    /// A report that is not that of a single run, starting with the members that every report has.
    ///
    /// - Parameters:
    ///   - isGood: Whether everything succeeded.
    ///   - body: Writes the other members.
    /// - Returns: A JSON object.
    func report(isGood: Bool, body: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("sprocket", value: ProgramVersion.text)
            json.member("version", value: RunReport.formatVersion)
            write(to: &json)
            json.member("ok", value: isGood)
            body(&json)
        }
        return json.takeBytes()
    }
}
