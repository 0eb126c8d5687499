import Options
import TOML

/// An option of every kind.
struct EveryKind: OptionGroup {
    @Option("A text.") var text = "a"
    @Option("A whole number.") var whole = 1
    @Option("A number.") var real = 0.5
    @Option("A flag.") var flag = false
    @Option("A length of time.") var wait = Duration.seconds(30)
    @Option("A size.") var size: ByteCount = 1024
    @Option("A column.") var column: ColumnName = "title"
    @Option("A path.") var path: OutputPath = "out/{name}.csv"
    @Option("A secret.") var token = Secret("hunter2")
    @Option("A colour.") var colour = Colour.darkRed
    @Option("Several.") var several = [1, 2]
    @Option("Perhaps.") var perhaps: Int?
    @Option("Perhaps, in limits.", in: 1...5) var limited: Int?
    @Option("In limits.", in: 1...250) var pageSize = 250
    @Option("In limits of time.", in: .seconds(1) ... .seconds(3600)) var maxURLAge = Duration.seconds(60)
    @Option("Old.", deprecated: "use 'text'") var old: String?

    enum Colour: String, CaseIterable, OptionValue {
        case darkRed = "dark-red"
        case blue
        case green
    }
}

/// Options that must be given.
struct Needed: OptionGroup {
    @Option("Whose history to read.") var user: String
    @Option("How many.", in: 1...9) var count: Int
}

/// Options made from lines of a file.
func bound<Group: OptionGroup>(
    _ group: Group.Type,
    _ text: String,
    variables: [String: String] = [:],
    environment: [String: String] = [:]
) throws -> Group {
    let document = try TOMLDocument(Array(text.utf8), name: "p.toml")
    let interpolation = Interpolation(
        variables: variables.mapValues { Interpolation.Variable($0) },
        environment: environment
    )
    return try Group.bind(document.root, reserved: ["use"], interpolation: interpolation, subject: "sink 'csv'")
}

/// What is said about lines of a file, whole; empty if nothing is.
func findings<Group: OptionGroup>(
    _ group: Group.Type,
    _ text: String,
    variables: [String: String] = [:],
    environment: [String: String] = [:]
) -> String {
    do {
        _ = try bound(group, text, variables: variables, environment: environment)
        return ""
    } catch {
        return "\(error)"
    }
}
