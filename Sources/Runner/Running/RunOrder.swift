internal import Pipelines

/// What the command line says about everything that it names.
struct RunOrder: Sendable {
    /// How much of each pipeline is to be done.
    let scope: RunScope
    /// What this use of the pipelines is called, so that they have a state of their own; nil for the usual one.
    let instance: String?
    /// Whether runs that were cut off are given up.
    let restarts: Bool
    /// The folder of the state.
    let stateFolder: String
    let progress: ProgressLine.Mode
}
