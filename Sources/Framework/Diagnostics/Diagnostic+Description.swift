extension Diagnostic: CustomStringConvertible {
    /// The rendered diagnostic without colours.
    public var description: String { rendered() }
}

extension DiagnosticList: CustomStringConvertible {
    /// The rendered findings without colours.
    public var description: String { all.map { $0.rendered() }.joined(separator: "\n") }
}
