public import PluginKit

/// A disk that has no room for the bytes of one file.
///
///     try Faults.$current.withValue(FullDisk(for: "films.csv.part")) { … }
public struct FullDisk: FaultPoint {
    private let name: String

    /// A disk that is full for files whose paths end like this.
    public init(for name: String) { self.name = name }

    /// Lets every step pass but a write to that file.
    ///
    /// - Throws: `file.disk-full`, as the system's answer is reported.
    public func reach(_ step: DurableStep) throws {
        guard step.act == .write, step.moment == .before, step.subject.hasSuffix(name) else { return }
        throw SystemFailure.diskFull(step.subject)
    }
}
