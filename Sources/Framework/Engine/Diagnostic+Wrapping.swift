internal import Diagnostics

extension Diagnostic {
    /// An error of anybody's as a diagnostic: one of ours as it is, another in its own words.
    static func wrapping(_ error: any Error, at place: Place) -> Diagnostic {
        if let diagnostic = error as? Diagnostic { return diagnostic.placed(at: place) }
        if let list = error as? DiagnosticList, let first = list.all.first { return first.placed(at: place) }
        return Diagnostic("plugin.failed", "\(error)", at: place)
    }
}
