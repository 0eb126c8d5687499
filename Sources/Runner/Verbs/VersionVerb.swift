internal import Formats

/// `sprocket version`.
struct VersionVerb: Verb {
    static let name = "version"
    static let summary = "Say which version this is."
    static let operands = ""
    static let flags: [Flag] = []

    init(_ arguments: Arguments) {}

    func perform(_ terminal: Terminal) async -> ExitCode {
        if terminal.isJSON {
            terminal.result(JSONEnvelope.text(verb: Self.name, isFine: true) { $0.member("version", Sprocket.version) })
        } else {
            terminal.result("sprocket \(Sprocket.version)")
        }
        return .done
    }
}
