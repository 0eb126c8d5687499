public import PluginKit

/// One place at which a run is disturbed, and what is lost then.
public struct Crash: Sendable, CustomStringConvertible {
    /// The number of the step in the undisturbed run, from 0; both moments of a step count.
    public let number: Int
    /// The step that it was there.
    public let step: DurableStep
    /// How the disk fails at that step.
    public let event: SimulatedDisk.Event
    /// What the losses are drawn from.
    public let seed: UInt64

    /// Such as `stop at step 7, before rename …/a.csv, seed 1`.
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

/// A run that was disturbed did not end as the undisturbed one.
public struct CrashFailure: Error, CustomStringConvertible {
    /// Where it was disturbed.
    public let crash: Crash
    /// What the power cuts took, in their order.
    public let losses: [String]
    /// What is wrong.
    public let detail: String

    /// Where it was disturbed, what was lost and what is wrong.
    public var description: String { (["\(crash)"] + losses.map { "lost: \($0)" } + [detail]).joined(separator: "\n") }
}
