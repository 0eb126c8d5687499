extension Diagnostic.Cause {
    /// An error as a cause: a diagnostic whole, the first of a list of them, another error in its own words, of
    /// which the middle is left out if they have more than 4,000 bytes.
    public init(_ error: any Error) {
        switch error {
        case let diagnostic as Diagnostic: self = .diagnostic(diagnostic)
        case let list as DiagnosticList where !list.all.isEmpty: self = .diagnostic(list.all[0])
        default: self = .text("\(error)".shortened(to: Diagnostic.longest))
        }
    }
}
