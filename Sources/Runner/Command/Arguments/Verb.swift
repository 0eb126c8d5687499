internal import Jobs

/// An operation of the command, such as `run`.
protocol Verb: Sendable {
    /// Its name on the command line.
    static var name: String { get }
    /// What it does, in one line.
    static var summary: String { get }
    /// Its operands, as shown in the usage line.
    static var operands: String { get }
    /// Its own flags.
    static var flags: [Flag] { get }

    init(_ arguments: Arguments, in world: World)

    func perform(_ terminal: Terminal) async -> ExitCode
}
