extension Diagnostic.Cause {
    /// An error as a cause: a diagnostic whole, the first diagnostic of a list, or the description of any other error,
    /// shortened in the middle if it has more than 4,000 bytes.
    public init(_ error: any Error) {
        switch error {
        case let diagnostic as Diagnostic: self = .diagnostic(diagnostic)
        case let list as DiagnosticList where !list.all.isEmpty: self = .diagnostic(list.all[0])
        default: self = .text("\(error)".shortened(to: Diagnostic.longest))
        }
    }
}
