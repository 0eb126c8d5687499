internal import Formats

/// `sprocket version`.
struct VersionVerb: Verb {
    static let name = "version"
    static let summary = "Say which version this is."
    static let operands = ""
    static let flags: [Flag] = []

    init(_ arguments: Arguments) {}

    func perform(_ terminal: Terminal) async -> ExitCode {
        let json = JSONResult.object { $0.member("version", Sprocket.version) }
        terminal.result("sprocket \(Sprocket.version)", json: json)
        return .done
    }
}
