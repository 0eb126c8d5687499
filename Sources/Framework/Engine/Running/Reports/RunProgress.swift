/// How far a run is.
public struct RunProgress: Sendable {
    /// Records read by all sources.
    public var read = 0
    /// Records accepted by all sinks.
    public var accepted = 0
    /// The stage that works just now.
    public var stage = ""
    /// The time since the run began.
    public var elapsed: Duration = .zero
    /// Whether the sinks complete their files.
    public var isFinishing = false
}
