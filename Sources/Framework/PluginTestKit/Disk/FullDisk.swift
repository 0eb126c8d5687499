public import PluginKit

/// A disk that has no space for the bytes of one file.
///
///     try Faults.$current.withValue(FullDisk(for: "films.csv.part")) { … }
public struct FullDisk: FaultPoint {
    private let name: String

    /// Creates a disk that is full for files whose paths have this suffix.
    public init(for name: String) { self.name = name }

    /// Permits every step except a write to that file.
    ///
    /// - Throws: `file.disk-full`, as for the system's error.
    public func reach(_ step: DurableStep) throws {
        guard step.act == .write, step.side == .before, step.subject.hasSuffix(name) else { return }
        throw SystemFailure.diskFull(step.subject)
    }
}
