internal import Jobs

/// One thing that the command can do.
protocol Verb: Sendable {
    /// What it is called on the command line.
    static var name: String { get }
    /// What it does, in one line.
    static var summary: String { get }
    /// What it takes besides flags, as it stands in the usage line.
    static var operands: String { get }
    /// Its own flags.
    static var flags: [Flag] { get }

    init(_ arguments: Arguments, in world: World)

    func perform(_ terminal: Terminal) async -> ExitCode
}
