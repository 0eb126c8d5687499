package import Diagnostics
internal import PluginKit

extension Diagnostic {
    /// Any error as a diagnostic: a diagnostic unchanged, another error with its own description.
    package static func wrapping(_ error: any Error, at place: Place) -> Diagnostic {
        switch error {
        case let diagnostic as Diagnostic: return diagnostic.placed(at: place)
        case let failure as StageFailure: return failure.diagnostic.placed(at: place)
        case let list as DiagnosticList:
            if let first = list.all.first { return first.placed(at: place) }
        default: break
        }
        return Diagnostic("plugin.failed", message: "\(error)", category: .defect, at: place)
    }
}
