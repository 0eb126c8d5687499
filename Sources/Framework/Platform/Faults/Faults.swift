public import Diagnostics

/// The fault point of the current task and of all tasks that it starts.
///
/// Only tests set one: `Faults.$current.withValue(…) { … }`.
public enum Faults {
    /// Observes every durable step of this task; nil, the default, for none.
    @TaskLocal public static var current: (any FaultPoint)?

    /// Makes a durable step and calls the fault point of this task before and after it.
    ///
    /// - Parameters:
    ///   - act: The kind of step.
    ///   - subject: The path that it changes.
    ///   - origin: For a new name, the previous one.
    ///   - body: Makes the step.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws, or the fault point: see `FaultPoint.pass`.
    public static func step<Value>(
        _ act: DurableStep.Act,
        of subject: String,
        from origin: String? = nil,
        body: () throws(Diagnostic) -> Value
    ) throws(Diagnostic) -> Value {
        guard let faults = current else { return try body() }
        try faults.pass(DurableStep(act, of: subject, at: .before, from: origin))
        let value = try body()
        try faults.pass(DurableStep(act, of: subject, at: .after, from: origin))
        return value
    }
}

extension FaultPoint {
    /// Lets a step continue, or throws a diagnostic.
    ///
    /// - Parameter step: The step.
    /// - Throws: The diagnostic that `reach` throws; for any other error, `fault.injected` with its description.
    public func pass(_ step: DurableStep) throws(Diagnostic) {
        do { try reach(step) } catch { throw Self.diagnostic(error) }
    }

    /// How many bytes of a write go into the file in one step, from one to all of them.
    ///
    /// - Parameters:
    ///   - step: The step, `before`.
    ///   - range: Where the bytes go; not empty.
    /// - Returns: How many of them are to be written.
    /// - Throws: The diagnostic that `allowance` throws; for any other error, `fault.injected` with its description.
    public func allowed(_ step: DurableStep, writing range: Range<Int>) throws(Diagnostic) -> Int {
        do {
            return min(max(try allowance(for: step, writing: range), 1), range.count)
        } catch {
            throw Self.diagnostic(error)
        }
    }

    private static func diagnostic(_ error: any Error) -> Diagnostic {
        (error as? Diagnostic) ?? Diagnostic("fault.injected", message: "\(error)")
    }
}
