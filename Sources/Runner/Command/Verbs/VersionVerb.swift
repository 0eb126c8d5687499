internal import Formats
internal import Jobs

/// `sprocket version`.
struct VersionVerb: Verb {
    static let name = "version"
    static let summary = "Say which version this is."
    static let operands = ""
    static let flags: [Flag] = []

    init(_ arguments: Arguments, in world: World) {}

    func perform(_ terminal: Terminal) async -> ExitCode {
        let json = JSONResult.object { $0.member("version", value: ProgramVersion.text) }
        terminal.result("sprocket \(ProgramVersion.text)", json: json)
        return .done
    }
}
