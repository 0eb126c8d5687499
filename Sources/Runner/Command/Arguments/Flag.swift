/// A flag of a verb.
struct Flag: Sendable {
    /// Its name without dashes; one letter is written with one dash.
    let name: String
    /// The name of its value in the help; nil if it takes none.
    let value: String?
    /// Its description in the help.
    let help: String

    init(_ name: String, value: String? = nil, help: String) {
        self.name = name
        self.value = value
        self.help = help
    }

    /// Whether its value is the path of a file or folder.
    var isPath: Bool { value == "DIR" || value == "FILE" }

    var spelling: String { (name.count == 1 ? "-" : "--") + name }

    /// Selects another folder for the state.
    static let state = Flag("state", value: "DIR", help: "The folder for locks and the history. Default: .sprocket.")

    static let common = [
        Flag("C", value: "DIR", help: "Work in this folder."),
        Flag("color", value: "WHEN", help: "Colour messages: auto, always or never. Default: auto."),
        Flag("json", value: nil, help: "Print results and findings as JSON."),
        LogFormat.flag,
        Flag("q", value: nil, help: "Print only problems."),
        Flag("help", value: nil, help: "Show this page."),
    ]
}
