public import Pipelines

/// The pipelines to run, and how much of them.
public struct JobOrder: Sendable {
    /// The names or paths of pipelines and chains, which run one after the other until one fails.
    public var names: [String]
    /// The values of variables of these files, by name.
    public var variables: [String: String]
    /// How much of each pipeline is to be done.
    public var scope: RunScope
    /// The name of this use of the pipelines, which gets its own state; nil for the default one.
    public var instance: String?
    /// Whether runs that did not complete are abandoned instead of resumed.
    public var restarts: Bool
    /// Files of the caller that no output may replace.
    public var reserved: [ReservedFile]

    /// Creates an order.
    ///
    /// - Parameters:
    ///   - names: The names or paths of pipelines and chains.
    ///   - variables: The values of their variables.
    ///   - scope: How much of each pipeline is to be done; everything by default.
    ///   - instance: The name of this use of the pipelines; nil for the default one.
    ///   - restarts: Whether runs that did not complete are abandoned instead of resumed.
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
