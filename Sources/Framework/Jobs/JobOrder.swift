public import Pipelines

/// What is to be run, and how much of it.
public struct JobOrder: Sendable {
    /// The names or paths of pipelines and chains, which run one after the other until one fails.
    public var names: [String]
    /// What is set of the variables of these files.
    public var variables: [String: String]
    /// How much of each pipeline is to be done.
    public var scope: RunScope
    /// What this use of the pipelines is called, so that they have a state of their own; nil for the usual one.
    public var instance: String?
    /// Whether runs that did not come to their end are abandoned instead of resumed.
    public var restarts: Bool
    /// Files of the caller that no output may replace.
    public var reserved: [ReservedFile]

    /// An order.
    ///
    /// - Parameters:
    ///   - names: The names or paths of pipelines and chains.
    ///   - variables: What is set of their variables.
    ///   - scope: How much of each pipeline is to be done; by default everything.
    ///   - instance: What this use of the pipelines is called; nil for the usual one.
    ///   - restarts: Whether runs that did not come to their end are abandoned instead of resumed.
    ///   - reserved: Files of the caller that no output may replace.
    public init(
        _ names: [String],
        variables: [String: String] = [:],
        scope: RunScope = RunScope(),
        instance: String? = nil,
        restarts: Bool = false,
        reserved: [ReservedFile] = []
    ) {
        self.names = names
        self.variables = variables
        self.scope = scope
        self.instance = instance
        self.restarts = restarts
        self.reserved = reserved
    }
}
