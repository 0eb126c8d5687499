/// Collects what stages have to say besides records: warnings and remarks, for the terminal and the report.
public final class StageLog: Sendable {
    private let findings = Locked<[Diagnostic]>([])
    private let listener: (@Sendable (Diagnostic) -> Void)?

    /// A log.
    ///
    /// - Parameter listener: Told of each finding as it comes.
    public init(listener: (@Sendable (Diagnostic) -> Void)? = nil) { self.listener = listener }

    /// Says something once; saying the same again changes nothing.
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

    /// Says something once for each place: what is wrong with two exporters is wrong with both.
    package func sayOfEach(_ diagnostic: Diagnostic) {
        let isNew = findings.withLock { findings in
            let words = diagnostic.rendered()
            if findings.contains(where: { $0.rendered() == words }) { return false }
            findings.append(diagnostic)
            return true
        }
        if isNew { listener?(diagnostic) }
    }

    /// Shows something for the moment: whoever listens hears it, and no report has it.
    public func show(_ diagnostic: Diagnostic) { listener?(diagnostic) }

    /// Everything said so far.
    public var all: [Diagnostic] { findings.withLock { $0 } }
}
