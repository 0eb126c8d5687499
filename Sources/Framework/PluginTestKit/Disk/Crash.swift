public import PluginKit

/// One step at which a run is disturbed, and the seed of the losses.
public struct Crash: Sendable, CustomStringConvertible {
    /// The number of the step in the undisturbed run, from 0; before and after a step are counted separately.
    public let number: Int
    /// The durable step at which the run is disturbed.
    public let step: DurableStep
    /// How the disk fails at that step.
    public let event: SimulatedDisk.Event
    /// The seed that selects the losses.
    public let seed: UInt64

    /// For example `stop at step 7, before rename …/a.csv, seed 1`.
    public var description: String {
        let name =
            switch event {
            case .fail(let diagnostic): "fail (\(diagnostic.code))"
            case .stop: "stop"
            case .tear: "tear"
            }
        return "\(name) at step \(number), \(step), seed \(seed)"
    }
}

/// The error that a disturbed run did not end as the undisturbed one did.
public struct CrashFailure: Error, CustomStringConvertible {
    /// Where it was disturbed.
    public let crash: Crash
    /// What the power cuts lost, in their order.
    public let losses: [String]
    /// What is wrong.
    public let detail: String

    /// Where it was disturbed, what was lost and what is wrong.
    public var description: String { (["\(crash)"] + losses.map { "lost: \($0)" } + [detail]).joined(separator: "\n") }
}
