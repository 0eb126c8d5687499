/// `sprocket toml decode`: standard input as the tagged JSON of the toml-test project.
struct TOMLVerb: Verb {
    static let name = "toml"
    static let summary = "Read TOML on standard input and write it as tagged JSON."
    static let operands = "decode"
    static let flags = [Flag("toml", "VERSION", "The version of TOML: 1.0 or 1.1. Default: 1.1.")]

    init(_ arguments: Arguments) {}

    func perform(_ terminal: Terminal) async -> ExitCode { .failed }
}
