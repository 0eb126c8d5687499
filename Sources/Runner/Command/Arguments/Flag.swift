/// A flag of a verb.
struct Flag: Sendable {
    /// Its name without dashes; one letter is written with one dash.
    let name: String
    /// What its value is called; nil if it takes none.
    let value: String?
    /// What it does.
    let help: String

    init(_ name: String, _ value: String? = nil, _ help: String) {
        self.name = name
        self.value = value
        self.help = help
    }

    /// Whether its value is the path of a file or folder.
    var isPath: Bool { value == "DIR" || value == "FILE" }

    var spelling: String { (name.count == 1 ? "-" : "--") + name }

    /// Names another folder for the state.
    static let state = Flag("state", "DIR", "The folder for locks and the history. Default: .sprocket.")

    static let common = [
        Flag("C", "DIR", "Work in this folder."),
        Flag("color", "WHEN", "Colour messages: auto, always or never. Default: auto."),
        Flag("json", nil, "Print results and findings as JSON."),
        Flag("q", nil, "Say only what is wrong."),
        Flag("help", nil, "Show this page."),
    ]
}
