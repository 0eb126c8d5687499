extension Diagnostic: CustomStringConvertible {
    /// The diagnostic as a person reads it, without colours.
    public var description: String { rendered() }
}

extension DiagnosticList: CustomStringConvertible {
    /// The findings as a person reads them, without colours.
    public var description: String { all.map { $0.rendered() }.joined(separator: "\n") }
}
