internal import Formats
internal import Jobs

/// `sprocket version`: prints the version.
struct VersionVerb: Verb {
    static let name = "version"
    static let summary = "Print the version."
    static let operands = ""
    static let flags: [Flag] = []

    init(_ arguments: Arguments, in world: World) {}

    func perform(_ terminal: Terminal) async -> ExitCode {
        let json = JSONResult.object { $0.member("version", value: ProgramVersion.text) }
        terminal.result("sprocket \(ProgramVersion.text)", json: json)
        return .done
    }
}
