internal import Diagnostics

/// The error of a simulated power failure.
public struct PowerCut: Error, Hashable, CustomStringConvertible {
    /// Creates the error that a simulated disk throws when the power fails.
    public init() {}

    /// Always `the power was cut`.
    public var description: String { "the power was cut" }

    /// Whether an error comes from a power cut: it is one, or the diagnostic `fault.injected` that stands for one.
    public static func isCause(of error: any Error) -> Bool {
        switch error {
        case is PowerCut: true
        case let diagnostic as Diagnostic:
            diagnostic.code == "fault.injected" && diagnostic.message == PowerCut().description
        case let list as DiagnosticList: list.all.contains(where: isCause(of:))
        default: false
        }
    }
}
