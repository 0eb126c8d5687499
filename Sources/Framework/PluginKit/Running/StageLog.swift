/// Collects the warnings and remarks of stages for the terminal and the report.
public final class StageLog: Sendable {
    private let findings = Locked<[Diagnostic]>([])
    private let listener: (@Sendable (Diagnostic) -> Void)?

    /// Creates a log.
    ///
    /// - Parameter listener: Called with each finding as it is added.
    public init(listener: (@Sendable (Diagnostic) -> Void)? = nil) { self.listener = listener }

    /// Adds a finding; adding an equal one again changes nothing.
    public func say(_ diagnostic: Diagnostic) {
        let isNew = findings.withLock { findings in
            if findings.contains(where: { $0.code == diagnostic.code && $0.message == diagnostic.message }) {
                return false
            }
            findings.append(diagnostic)
            return true
        }
        if isNew { listener?(diagnostic) }
    }

    /// Adds a finding once for each place: the same problem of two exporters is reported for both.
    public func sayOncePerPlace(_ diagnostic: Diagnostic) {
        let isNew = findings.withLock { findings in
            let words = diagnostic.rendered()
            if findings.contains(where: { $0.rendered() == words }) { return false }
            findings.append(diagnostic)
            return true
        }
        if isNew { listener?(diagnostic) }
    }

    /// Passes a message to the listener without keeping it: it does not appear in the report.
    public func show(_ diagnostic: Diagnostic) { listener?(diagnostic) }

    /// All findings so far.
    public var all: [Diagnostic] { findings.withLock { $0 } }
}
